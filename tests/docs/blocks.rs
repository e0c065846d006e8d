//! A page of Markdown → its fenced blocks.

/// What a block is.
#[derive(Debug, PartialEq)]
pub enum Kind {
    /// `pgm`: a whole model.
    Model,
    /// `pgm error[E0123]`: a model with exactly this mistake.
    Mistake(String),
    /// `pgm fragment`: a part of a model.
    Fragment,
    /// `sh`: lines that begin with `$ pgmc` run, what follows is printed.
    Shell,
    /// `text`, `csv`, `json`, `rust`, `python`: to be read.
    Shown,
    /// Anything else.
    Unknown(String),
}

/// A fenced block.
#[derive(Debug, PartialEq)]
pub struct Block {
    pub kind: Kind,
    pub text: String,
    /// The line of the opening fence, from 1.
    pub line: usize,
}

fn kind(info: &str) -> Kind {
    let code = info.strip_prefix("pgm error[").and_then(|rest| rest.strip_suffix(']'));
    match (info, code) {
        (_, Some(code)) => Kind::Mistake(code.to_owned()),
        ("pgm", _) => Kind::Model,
        ("pgm fragment", _) => Kind::Fragment,
        ("sh", _) => Kind::Shell,
        ("text" | "csv" | "json" | "rust" | "python", _) => Kind::Shown,
        _ => Kind::Unknown(info.to_owned()),
    }
}

/// The blocks of a page; a fence is three backticks at the start of a line.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (i, line) in page.lines().enumerate() {
        let fence = line.strip_prefix("```");
        match (&mut open, fence) {
            (None, Some(info)) => {
                open = Some(Block { kind: kind(info.trim()), text: String::new(), line: i + 1 })
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => block.text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    found.extend(open);
    found
}

#[test]
fn a_page_is_read() {
    let page = "Text\n```pgm\nparam a ~ Normal(0, 1)\n```\n```pgm error[E0102]\nx\n```\n```pgm \
        fragment\n```\n```sh\n$ pgmc\n```\n```ruby\n```\n";
    let kinds: Vec<(Kind, usize)> = blocks(page).into_iter().map(|b| (b.kind, b.line)).collect();
    let unknown = Kind::Unknown("ruby".to_owned());
    let expected = vec![
        (Kind::Model, 2),
        (Kind::Mistake("E0102".to_owned()), 5),
        (Kind::Fragment, 8),
        (Kind::Shell, 10),
        (unknown, 13),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(blocks(page)[0].text, "param a ~ Normal(0, 1)\n");
}
