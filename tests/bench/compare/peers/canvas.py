"""Requests to Canvas for the client of equal guarantees: ten in flight, lists side by side, patient when throttled."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
import orjson

IN_FLIGHT = 10
PER_PAGE = 100


@dataclass(frozen=True)
class Answer:
    data: object
    next: str | None
    at: datetime  # by Canvas's clock


class Canvas:
    def __init__(self, url, token):
        self.url = url
        self.gate = asyncio.Semaphore(IN_FLIGHT)
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
        head = {"Authorization": f"Bearer {token}", "User-Agent": "equal"}
        self.http = aiohttp.ClientSession(connector=connector, headers=head, timeout=aiohttp.ClientTimeout(total=300))

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.http.close()

    async def call(self, method, path, body=None):
        """One request, again while it is throttled."""
        head = {"Content-Type": "application/json"} if body else {}
        address = path if path.startswith("http") else self.url + path
        data = orjson.dumps(body) if body else None
        for wait in (1, 2, 4, 8, 15, 15, 15, None):
            async with self.gate, self.http.request(method, address, data=data, headers=head) as answer:
                text = await answer.read()
                is_throttled = answer.status == 429 or answer.status == 403 and b"Rate Limit" in text
                if not is_throttled or wait is None:
                    answer.raise_for_status()
                    following = answer.links.get("next", {}).get("url")
                    at = parsedate_to_datetime(answer.headers["Date"])
                    return Answer(orjson.loads(text), following and str(following), at)
            await asyncio.sleep(wait)

    async def get(self, path):
        return await self.call("GET", path)

    async def list(self, path, about):
        """All pages of a list of about so many rows, side by side."""
        path += f"{'&' if '?' in path else '?'}per_page={PER_PAGE}"
        pages = max(1, -(-about // PER_PAGE))
        answers = await asyncio.gather(*(self.get(f"{path}&page={page}") for page in range(1, pages + 1)))
        while answers[-1].next:
            answers.append(await self.get(answers[-1].next))
        return [row for answer in answers for row in answer.data]
