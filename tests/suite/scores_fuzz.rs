//! No reader panics on any file. The fixtures are the seeds; `.ci/fuzz-intake` runs this for minutes.

use std::sync::LazyLock;

use gradepush::scores::{
    CourseRules, Format, Input, Intake, Layout, Missing, read, settle, suggest_layout, tally, write,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Every file that is an example of a format.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = crate::repository().join("fixtures/scores");
    let mut paths: Vec<_> =
        fs_err::read_dir(folder).expect("the fixtures").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs_err::read(path).expect("a fixture")).collect()
});

/// What happens to a seed.
#[derive(Debug, Clone)]
enum Damage {
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    CutOff(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let telling = prop::sample::select(vec![
        &b"\""[..],
        b",",
        b";",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b"=",
        b"%",
        b"%e",
        b"%C3",
        b"{",
        b"}",
        b"(",
        b")",
        b"'",
        b"/Date(",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\x81",
        b"99999999999999999999",
        b"-",
        b":",
        b"h",
        b"m",
        b"/v1/Scores/",
    ]);
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(place, byte)| Damage::Replace(place, byte)),
        (any::<Index>(), telling).prop_map(|(place, bytes)| Damage::Insert(place, bytes.to_vec())),
        (any::<Index>(), 1..40_usize).prop_map(|(place, length)| Damage::Remove(place, length)),
        (any::<Index>(), 1..200_usize).prop_map(|(place, length)| Damage::Repeat(place, length)),
        any::<Index>().prop_map(Damage::CutOff),
    ]
}

fn damaged(seed: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for damage in damages {
        let place = |index: &Index| index.index(bytes.len() + 1);
        let end = |start: usize, length: usize| (start + length).min(bytes.len());
        match damage {
            Damage::Replace(index, byte) if !bytes.is_empty() => {
                let place = index.index(bytes.len());
                bytes[place] = *byte;
            }
            Damage::Replace(..) => {}
            Damage::Insert(index, inserted) => {
                let place = place(index);
                bytes.splice(place..place, inserted.iter().copied());
            }
            Damage::Remove(index, length) => {
                let start = place(index);
                bytes.drain(start..end(start, *length));
            }
            Damage::Repeat(index, length) => {
                let start = place(index);
                let again = bytes[start..end(start, *length)].to_vec();
                bytes.splice(start..start, again);
            }
            Damage::CutOff(index) => bytes.truncate(place(index)),
        }
    }
    bytes
}

fn input(bytes: &[u8]) -> Input {
    Input::Reader { name: String::from("BIO-101.csv"), reader: Box::new(std::io::Cursor::new(bytes.to_vec())) }
}

proptest! {
    #[test]
    fn a_damaged_file_is_a_sheet_or_an_error(
        seed in any::<Index>(), damages in vec(damage(), 0..6), format in prop::option::of(0..Format::ALL.len()),
        course in any::<bool>(), zero in any::<bool>(),
    ) {
        let bytes = damaged(&SEEDS[seed.index(SEEDS.len())], &damages);
        let intake = Intake {
            from: format.map(|format| Format::ALL[format]),
            course: course.then(|| "BIO-101".into()),
            missing: if zero { Missing::Zero } else { Missing::Skip },
            ..Intake::default()
        };
        if let Ok(mut reading) = read(vec![input(&bytes)], &intake) {
            let rows = tally(&reading.sheet).rows;
            settle(&mut reading.sheet);
            prop_assert_eq!(tally(&reading.sheet).rows, rows, "settling loses no record");
            let mut written = Vec::new();
            write(&reading.sheet, &mut written).expect("memory takes everything");
            let canonical = Intake { from: Some(Format::Scores), ..Intake::default() };
            let again = read(vec![input(&written)], &canonical).expect("what was written is canonical").sheet;
            let mut twice = Vec::new();
            write(&again, &mut twice).expect("memory takes everything");
            prop_assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&written));
        }
        let _suggested = suggest_layout(input(&bytes), &Intake::default(), |_, _| false).map(|text| Layout::parse("suggested.toml", &text).expect("a layout"));
        let _rules = CourseRules::read(input(&bytes));
        let _layout = Layout::read(input(&bytes));
    }
}
