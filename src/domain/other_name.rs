//! Whether the name in a row is somebody else's than the person's whom its id names. It is only said: names never decide
//! whom a row is about (design, promise 7).

use super::plain_name::plain_words;

/// Words of this length may be one slip apart, or stand within other words.
const LONG: usize = 4;

/// Words of this length may be the beginning of another one: `Chris` of `Christopher`.
const SHORT_FORM: usize = 3;

/// Whether a name as sent has nothing in common with what is known of a person: their names, logins and addresses.
///
/// Order, case, accents and Unicode form do not matter. One word in common is enough, also its beginning, its initial or
/// with one slip, because people go by several names. Names in two scripts cannot be compared.
pub fn is_other_name<'a>(
    sent: &str,
    names: impl IntoIterator<Item = &'a str>,
    ids: impl IntoIterator<Item = &'a str>,
) -> bool {
    let sent = words(sent);
    let known: Vec<Vec<String>> = names.into_iter().map(words).filter(|words| !words.is_empty()).collect();
    if sent.is_empty() || known.is_empty() {
        return false;
    }
    if known.iter().any(|known| is_latin(known) != is_latin(&sent) || have_in_common(&sent, known)) {
        return false;
    }
    let mut ids = ids.into_iter().map(|id| words(id.rsplit_once('@').map_or(id, |(local, _)| local)).concat());
    !ids.any(|id| sent.iter().any(|word| length(word) >= LONG && id.contains(word.as_str())))
}

/// Words with at least one letter: numbers are no names.
fn words(name: &str) -> Vec<String> {
    plain_words(name).into_iter().filter(|word| word.chars().any(char::is_alphabetic)).collect()
}

fn is_latin(words: &[String]) -> bool {
    words.iter().any(|word| word.chars().any(|letter| letter.is_ascii_alphabetic()))
}

fn have_in_common(one: &[String], other: &[String]) -> bool {
    if !is_latin(one) {
        // Scripts without spaces: a letter in common.
        return one.concat().chars().any(|letter| other.iter().any(|word| word.contains(letter)));
    }
    let within = |words: &[String], joined: &str| {
        words.iter().any(|word| length(word) >= LONG && joined.contains(word.as_str()))
    };
    one.iter().any(|word| other.iter().any(|known| are_alike(word, known)))
        || within(one, &other.concat())
        || within(other, &one.concat())
}

fn are_alike(one: &str, other: &str) -> bool {
    let (short, long) = if length(one) <= length(other) { (one, other) } else { (other, one) };
    one == other
        || (length(short) == 1 || length(short) >= SHORT_FORM) && long.starts_with(short)
        || length(short) >= LONG && strsim::damerau_levenshtein(short, long) <= 1
}

fn length(word: &str) -> usize {
    word.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_with_nothing_in_common_is_somebody_elses() {
        for (sent, name, login, expected) in [
            ("Reyes, Marta", "Marta Reyes", "mreyes", false),
            ("O'Brien, Kit", "Marta Reyes", "mreyes", true),
            ("REYES MARTA", "Marta Reyes", "mreyes", false),
            ("Marta Gómez", "Marta Reyes", "mreyes", false),
            ("Jose\u{301} Nun\u{303}ez", "José Núñez", "jnunez", false),
            ("Nunez", "José Núñez", "x", false),
            ("Strauss, U.", "Ulla Strauß", "ustrauss", false),
            ("Müller, Jörg", "Joerg Mueller", "x", false),
            ("Chris Doe", "Christopher Smith", "x", false),
            ("MacDonald", "Ann Mac Donald", "x", false),
            ("De La Cruz, Ana", "A. Delacruz", "x", false),
            ("Bee", "Bea \"Bee\" Quill", "bquill", false),
            ("mreyes", "Marta Reyes", "mreyes", false),
            ("quill2", "Someone Else", "bquill2@example.edu", false),
            ("李小龙", "小龙 李", "x", false),
            ("李小龙", "Bruce Lee", "x", false),
            ("李小龙", "王芳", "x", true),
            ("Park, Jin", "Kit O'Brien", "kobrien", true),
            ("12345", "Kit O'Brien", "kobrien", false),
            ("", "Kit O'Brien", "kobrien", false),
            ("Somebody", "", "kobrien", false),
            ("Lee, Ann", "Joel Annan", "x", false),
            ("Lee, May", "Park, Jin", "x", true),
        ] {
            assert_eq!(is_other_name(sent, [name], [login]), expected, "{sent:?} for {name:?}");
        }
    }
}
