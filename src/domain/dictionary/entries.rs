//! How entries are written down: a function that makes the sentence and the entry of its page, from one text.

/// `area, spent, again;` and then for each entry `function(arguments) slug, field, title, sentence, why, todo[, source];`. The
/// sentence names the arguments in braces, so one that lacks an argument does not compile. `=> again` at the end overrules the file's.
macro_rules! entries {
    ($area:ident, $spent:ident, $again:ident;
     $($name:ident($($arg:ident),*) $slug:literal, $field:literal, $title:literal, $says:literal, $why:literal,
       $todo:literal $(, $source:ident)? $(=> $own:ident)?;)*) => {
        $(
            #[doc = $says]
            pub fn $name($($arg: impl std::fmt::Display),*) -> super::Sentence {
                super::Sentence::new($slug, format!($says))
            }
        )*
        pub(super) static ENTRIES: &[super::Entry] = &[$(
            super::Entry {
                slug: $slug,
                area: super::Area::$area,
                title: $title,
                says: $says,
                why: $why,
                field: $field,
                todo: $todo,
                spent: super::Spent::$spent,
                again: [$(super::Again::$own,)? super::Again::$again][0],
                source: [$(Some(&super::source::$source),)? None][0],
            }
        ),*];
    };
}

pub(super) use entries;
