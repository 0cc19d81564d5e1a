//! From bytes to UTF-8 text: recognises the encoding by its byte order mark, and what is not a CSV by its first bytes.
//!
//! UTF-8 passes through unchanged (its validity is checked field by field, so that one bad byte costs one row); UTF-16, as Meta's
//! bulk sheets have it, is decoded while it is read. Nothing here looks at columns.

use std::io::{self, Cursor, Read};

use serde::{Deserialize, Serialize};

use super::Refusal;

/// How the file's text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    #[serde(rename = "UTF-8")]
    Utf8,
    /// UTF-8 with a byte order mark, as Ads Manager writes it.
    #[serde(rename = "UTF-8 with BOM")]
    Utf8Bom,
    /// UTF-16, low byte first.
    #[serde(rename = "UTF-16 LE")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "UTF-16 BE")]
    Utf16Be,
}

impl Encoding {
    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 with BOM",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
        }
    }
}

/// Bytes looked at to recognise a file.
const HEAD: usize = 1024;
/// Bytes decoded at a time.
const CHUNK: usize = 16 * 1024;

/// A file's text as UTF-8.
pub(super) enum Text<R> {
    Plain(io::Chain<Cursor<Vec<u8>>, R>),
    Decoded { input: io::Chain<Cursor<Vec<u8>>, R>, decoder: Box<encoding_rs::Decoder>, ready: Cursor<Vec<u8>>, ended: bool },
}

/// Recognises the encoding; refuses what is not text in columns.
pub(super) fn open<R: Read>(mut reader: R) -> Result<(Encoding, Text<R>), Refusal> {
    let mut head = Vec::with_capacity(HEAD);
    reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let (encoding, bom) = match head.as_slice() {
        [] => return Err(Refusal::Empty),
        [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8Bom, 3),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
        _ => (Encoding::Utf8, 0),
    };
    if encoding == Encoding::Utf8 {
        refuse_other_formats(&head)?;
    }
    let input = Cursor::new(head.split_off(bom)).chain(reader);
    let decoder = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => return Ok((encoding, Text::Plain(input))),
        Encoding::Utf16Le => encoding_rs::UTF_16LE.new_decoder_without_bom_handling(),
        Encoding::Utf16Be => encoding_rs::UTF_16BE.new_decoder_without_bom_handling(),
    };
    Ok((encoding, Text::Decoded { input, decoder: Box::new(decoder), ready: Cursor::default(), ended: false }))
}

/// What a file is by its first bytes, where that is not a CSV.
fn refuse_other_formats(head: &[u8]) -> Result<(), Refusal> {
    const MAGIC: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "an Excel workbook or a ZIP archive"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook"),
        (b"%PDF", "a PDF"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"GIF8", "a picture"),
        (b"{\\rtf", "an RTF document"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(Refusal::NotCsv(what));
    }
    let text = head.trim_ascii_start();
    let what = match text.first() {
        None => return Ok(()),
        Some(b'<') => "a web page or XML",
        Some(b'{' | b'[') => "JSON",
        _ if head.iter().take_while(|b| **b != b'\n').any(|b| *b == 0) => "binary data (or UTF-16 without its byte order mark)",
        _ => return Ok(()),
    };
    Err(Refusal::NotCsv(what))
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let (input, decoder, ready, ended) = match self {
            Self::Plain(input) => return input.read(out),
            Self::Decoded { input, decoder, ready, ended } => (input, decoder, ready, ended),
        };
        loop {
            let read = ready.read(out)?;
            if read > 0 || out.is_empty() || *ended {
                return Ok(read);
            }
            let mut raw = Vec::with_capacity(CHUNK);
            input.by_ref().take(CHUNK as u64).read_to_end(&mut raw)?;
            *ended = raw.len() < CHUNK;
            *ready = Cursor::new(decode(decoder, &raw, *ended)?);
        }
    }
}

fn decode(decoder: &mut encoding_rs::Decoder, raw: &[u8], last: bool) -> io::Result<Vec<u8>> {
    let room = decoder.max_utf8_buffer_length(raw.len()).unwrap_or(raw.len() * 3 + 16);
    let mut text = String::with_capacity(room);
    let (_, _, damaged) = decoder.decode_to_string(raw, &mut text, last);
    if damaged { Err(io::ErrorKind::InvalidData.into()) } else { Ok(text.into_bytes()) }
}
