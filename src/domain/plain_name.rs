//! Names as two systems may agree on them: for suggestions only, never for matching.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A name without case, accents, punctuation and order: `Lindström, Jun` and `jun lindstrom` are the same.
pub(super) fn plain_name(name: &str) -> String {
    let mut words = plain_words(name);
    words.sort_unstable();
    words.join(" ")
}

/// The words of a name, in its order, without case, accents and punctuation.
pub(super) fn plain_words(name: &str) -> Vec<String> {
    let plain: String = name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect();
    let spelled = plain.chars().fold(String::with_capacity(plain.len()), |mut text, letter| {
        match spelled_out(letter) {
            Some(letters) => text.push_str(letters),
            None if letter == '\'' || letter == '’' => {}
            None => text.push(if letter.is_alphanumeric() { letter } else { ' ' }),
        }
        text
    });
    spelled.split_whitespace().map(str::to_owned).collect()
}

/// Letters that Unicode does not take apart, as passports spell them.
fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_meet() {
        for (one, other) in [
            ("Jun Lindström", "LINDSTROM, Jun"),
            ("Søren Ødegård", "Odegard Soren"),
            ("Siobhán O'Brien", "OBrien, Siobhan"),
            ("Ayşe Yılmaz", "Yilmaz Ayse"),
            ("李 小龙", "小龙, 李"),
            ("Nguye\u{302}\u{303}n An", "Nguyễn An"),
            ("Anna-Maria Groß", "Gross Anna Maria"),
        ] {
            assert_eq!(plain_name(one), plain_name(other));
        }
        assert_ne!(plain_name("Jun Lindström"), plain_name("Jun Lindstrand"));
        assert_eq!(plain_name(" – "), "");
    }
}
