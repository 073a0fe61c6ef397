//! Names for invented people and courses, of the kinds a real roster has.

use crate::sandbox::chance::Chance;

const GIVEN: [&str; 64] = [
    "Amara",
    "Chidi",
    "Ngozi",
    "Kwame",
    "Abena",
    "Yusuf",
    "Fatima",
    "Omar",
    "Layla",
    "Wei",
    "Mei",
    "Jun",
    "Hiroshi",
    "Yuki",
    "Haruto",
    "Min-jun",
    "Seo-yeon",
    "Priya",
    "Arjun",
    "Ananya",
    "Rohan",
    "Kavya",
    "Olena",
    "Dmytro",
    "Ivan",
    "Anastasia",
    "Zofia",
    "Piotr",
    "Łukasz",
    "Jiří",
    "Věra",
    "Şebnem",
    "Çağlar",
    "Ayşe",
    "José",
    "María",
    "Iñigo",
    "Lucía",
    "Mateo",
    "João",
    "Inês",
    "Thiago",
    "François",
    "Élodie",
    "Noël",
    "Björn",
    "Åsa",
    "Søren",
    "Siobhán",
    "Niamh",
    "Catrin",
    "Emily",
    "James",
    "Grace",
    "Daniel",
    "Tanisha",
    "DeShawn",
    "Kiana",
    "Leilani",
    "Xochitl",
    "Miriam",
    "Eitan",
    "Thandiwe",
    "Sipho",
];

const FAMILY: [&str; 64] = [
    "Okafor",
    "Adeyemi",
    "Mensah",
    "Diallo",
    "Traoré",
    "Hassan",
    "El-Sayed",
    "Al-Rashid",
    "Rahimi",
    "Chen",
    "Wang",
    "Nguyễn",
    "Trần",
    "Tanaka",
    "Suzuki",
    "Watanabe",
    "Kim",
    "Park",
    "Sharma",
    "Patel",
    "Krishnamurthy",
    "Reddy",
    "Kovalenko",
    "Petrov",
    "Kowalski",
    "Wiśniewska",
    "Dvořák",
    "Novotná",
    "Yılmaz",
    "Öztürk",
    "García",
    "Hernández",
    "Ibáñez",
    "Núñez",
    "Silva",
    "Gonçalves",
    "Dupont",
    "Lefèvre",
    "O'Brien",
    "Ní Dhomhnaill",
    "MacLeod",
    "Llewellyn",
    "Ødegård",
    "Lindström",
    "Bērziņš",
    "Smith",
    "Johnson",
    "Brooks",
    "Washington",
    "Begay",
    "Kealoha",
    "Cohen",
    "Dlamini",
    "Moyo",
    "van der Berg",
    "de la Cruz",
    "St. John",
    "Müller",
    "Großmann",
    "Rossi",
    "D'Angelo",
    "Papadakis",
    "Haddad",
    "Tran",
];

/// Names in other scripts, with the Latin letters their logins are made of.
const OTHER_SCRIPTS: [(&str, &str); 8] = [
    ("李 小龙", "xli"),
    ("田中 さくら", "stanaka"),
    ("김 민준", "mkim"),
    ("محمد العلي", "malali"),
    ("Ольга Кравченко", "okravchenko"),
    ("Δημήτρης Παπαδόπουλος", "dpapadopoulos"),
    ("דוד כהן", "dcohen"),
    ("สมชาย ใจดี", "sjaidee"),
];

const SUBJECTS: [(&str, &str); 16] = [
    ("BIO", "Biology"),
    ("CHEM", "Chemistry"),
    ("PHYS", "Physics"),
    ("MATH", "Mathematics"),
    ("STAT", "Statistics"),
    ("CS", "Computer Science"),
    ("ECON", "Economics"),
    ("PSYC", "Psychology"),
    ("HIST", "History"),
    ("ENGL", "English"),
    ("ART", "Art History"),
    ("MUS", "Music"),
    ("NURS", "Nursing"),
    ("ACCT", "Accounting"),
    ("PHIL", "Philosophy"),
    ("SPAN", "Spanish"),
];

/// A person's name, and the stem of their login.
pub(super) fn person(chance: &mut Chance) -> (String, String) {
    if chance.below(40) == 0
        && let Some((name, stem)) = chance.pick(&OTHER_SCRIPTS)
    {
        return ((*name).to_owned(), (*stem).to_owned());
    }
    let given = chance.pick(&GIVEN).copied().unwrap_or_default();
    let family = chance.pick(&FAMILY).copied().unwrap_or_default();
    let initial: String = latin(given).chars().take(1).collect();
    (format!("{given} {family}"), initial + &latin(family))
}

/// Code (`BIO 214`), name, and SIS id of the n-th course. The ids differ in form, as a real catalogue's do.
pub(super) fn course(chance: &mut Chance, index: usize) -> (String, String, String) {
    let (subject, title) = chance.pick(&SUBJECTS).copied().unwrap_or_default();
    let number = 100 + chance.below(400);
    let code = format!("{subject} {number}");
    let sis_id = match index % 10 {
        3 => format!("{subject}/{number} F26 {index}"),
        6 => (100_000 + index).to_string(),
        _ => format!("{subject}-{number}-F26-{index:04}"),
    };
    (code, format!("{title} {number}"), sis_id)
}

/// Letters of a name as a login has them: lower case, without marks, spaces or dashes.
fn latin(name: &str) -> String {
    let plain = name.chars().flat_map(char::to_lowercase).map(|letter| match letter {
        'á' | 'à' | 'å' | 'ã' | 'ạ' | 'ä' | 'ą' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'é' | 'è' | 'ě' | 'ễ' | 'ē' | 'ê' | 'ë' => 'e',
        'ğ' => 'g',
        'í' | 'ì' | 'ı' | 'ī' => 'i',
        'ł' => 'l',
        'ñ' | 'ņ' => 'n',
        'ó' | 'ø' | 'ö' | 'ô' => 'o',
        'ř' => 'r',
        'ş' | 'š' | 'ś' | 'ß' => 's',
        'ú' | 'ü' | 'ů' => 'u',
        'ý' => 'y',
        other => other,
    });
    plain.filter(char::is_ascii_lowercase).collect()
}
