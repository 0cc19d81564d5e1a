//! A real SMTP server on loopback: it speaks the protocol (the `mailin` crate), asks for a password and keeps what it is sent.

use std::io::{self, BufRead, BufReader};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder, response};

/// A letter as it came.
#[derive(Debug, Clone, Default)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, line endings as sent.
    pub data: String,
}

#[derive(Debug, Default)]
struct Kept {
    letters: Vec<Received>,
    /// Answers to give instead of taking a recipient.
    refusals: Vec<Response>,
}

/// The server; it ends with the test.
#[derive(Debug, Clone)]
pub struct MailServer {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Clone)]
struct Session {
    kept: Arc<Mutex<Kept>>,
    letter: Received,
}

impl Handler for Session {
    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        if (user, password) == ("tandem", "geheim") { response::AUTH_OK } else { response::INVALID_CREDENTIALS }
    }

    fn rcpt(&mut self, _: &str) -> Response {
        self.kept.lock().unwrap().refusals.pop().unwrap_or(response::OK)
    }

    fn data_start(&mut self, _: &str, from: &str, _: bool, to: &[String]) -> Response {
        self.letter = Received { from: from.to_owned(), to: to.to_vec(), data: String::new() };
        response::OK
    }

    fn data(&mut self, buffer: &[u8]) -> io::Result<()> {
        self.letter.data.push_str(&String::from_utf8_lossy(buffer));
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.kept.lock().unwrap().letters.push(std::mem::take(&mut self.letter));
        response::OK
    }
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), kept: Arc::default() };
        let kept = server.kept.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = kept.clone();
                // A client that hangs up ends its session; there is nobody to tell.
                thread::spawn(move || drop(serve(stream, kept)));
            }
        });
        server
    }

    /// Its URL, with the user and the password it wants.
    pub fn url(&self) -> String {
        format!("smtp://tandem:geheim@{}", self.address)
    }

    /// The next recipient gets this answer instead of being taken.
    pub fn refuse_next(&self, code: u16, words: &str) {
        self.kept.lock().unwrap().refusals.push(Response::custom(code, words.to_owned()));
    }

    /// What came so far.
    pub fn letters(&self) -> Vec<Received> {
        self.kept.lock().unwrap().letters.clone()
    }
}

fn serve(mut stream: TcpStream, kept: Arc<Mutex<Kept>>) -> io::Result<()> {
    let mut session = SessionBuilder::new("mail.example")
        .enable_auth(AuthMechanism::Plain)
        .insecure_enable_plaintext_auth()
        .build(IpAddr::from([127, 0, 0, 1]), Session { kept, letter: Received::default() });
    let mut lines = BufReader::new(stream.try_clone()?);
    session.greeting().write_to(&mut stream)?;
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let answer = session.process(&line);
        line.clear();
        if answer.action != Action::NoReply {
            answer.write_to(&mut stream)?;
        }
        if answer.action == Action::Close {
            break;
        }
    }
    Ok(())
}
