"""Stands between a client and a sandbox and counts requests, throttled ones, and units of quota.

    python proxy.py PORT UPSTREAM_PORT

Ends at SIGINT and prints its counts as JSON.
"""

import asyncio
import json
import signal
import sys

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

NOT_FORWARDED = {"connection", "content-length", "keep-alive", "transfer-encoding"}


class Counts:
    """What came by."""

    def __init__(self):
        self.requests = self.throttled = 0
        self.units = 0.0

    def add(self, answer, body):
        self.requests += 1
        self.units += float(answer.headers.get("x-request-cost", 0))
        self.throttled += answer.status == 429 or answer.status == 403 and b"Rate Limit Exceeded" in body


def headers(message):
    return [(name, value) for name, value in message.headers.items() if name.lower() not in NOT_FORWARDED]


def forwarding(http, upstream, counts):
    """Hands every request on as it came, and its answer back."""

    async def forward(request):
        address = f"http://127.0.0.1:{upstream}{request.raw_path}"
        body = await request.read()
        async with http.request(
            request.method, address, headers=headers(request), data=body or None, allow_redirects=False
        ) as answer:
            body = await answer.read()
            counts.add(answer, body)
            return web.Response(status=answer.status, headers=headers(answer), body=body)

    return forward


async def serve(port, upstream):
    counts, over = Counts(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, over.set)
    options = {"connector": TCPConnector(limit=0), "timeout": ClientTimeout(total=None), "auto_decompress": False}
    async with ClientSession(**options) as http:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{path:.*}", forwarding(http, upstream, counts))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print("listening", flush=True)
        await over.wait()
        print(json.dumps(vars(counts)), flush=True)
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:3])))
