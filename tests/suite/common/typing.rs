//! The program at a terminal, with a test that types.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::Stdio;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::{Home, Ran};

impl Home {
    /// Runs the program with a terminal as its standard input and error, at which somebody has typed this already.
    pub(crate) fn typing(&self, typed: &str, arguments: &[&str]) -> Ran {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&controller).expect("it is ours");
        unlockpt(&controller).expect("it is ours");
        let name = ptsname(&controller, Vec::new()).expect("it has a name");
        let user_end = || {
            let end = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty());
            Stdio::from(end.expect("the other end"))
        };
        let mut child = self
            .command(&[&["--no-progress"], arguments].concat())
            .stdin(user_end())
            .stderr(user_end())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut controller = File::from(controller);
        controller.write_all(typed.as_bytes()).expect("somebody types");
        let shown = std::thread::spawn(move || {
            let (mut shown, mut buffer) = (Vec::new(), [0; 4096]);
            // A terminal whose other end is closed gives an error and no end of file.
            while let Ok(length @ 1..) = controller.read(&mut buffer) {
                shown.extend_from_slice(&buffer[..length]);
            }
            shown
        });
        let mut stdout = Vec::new();
        child.stdout.take().expect("it is piped").read_to_end(&mut stdout).expect("it can be read");
        let status = child.wait().expect("it ends");
        let stderr = shown.join().expect("it was read");
        self.ended(&std::process::Output { status, stdout, stderr })
    }
}
