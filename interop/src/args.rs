//! Command-line options: `--name value`, `--flag`, and positional words.

use std::collections::BTreeMap;
use std::path::PathBuf;

pub struct Args {
    positional: Vec<String>,
    options: BTreeMap<String, String>,
}

impl Args {
    /// `flags` are the options that take no value.
    pub fn parse(words: impl Iterator<Item = String>, flags: &[&str]) -> Result<Self, String> {
        let mut args = Args { positional: vec![], options: BTreeMap::new() };
        let mut words = words;
        while let Some(word) = words.next() {
            match word.strip_prefix("--") {
                None => args.positional.push(word),
                Some(name) if flags.contains(&name) => {
                    args.options.insert(name.into(), "true".into());
                }
                Some(name) => {
                    let value = words.next().ok_or(format!("--{name} needs a value"))?;
                    args.options.insert(name.into(), value);
                }
            }
        }
        Ok(args)
    }

    pub fn dir(&self) -> Result<PathBuf, String> {
        self.positional.first().map(PathBuf::from).ok_or("a directory is missing".into())
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.options.contains_key(name)
    }

    /// A number; `k`, `m` and `g` multiply by 1024, 1024² and 1024³.
    pub fn number(&self, name: &str, default: u64) -> Result<u64, String> {
        let Some(text) = self.text(name) else { return Ok(default) };
        let (digits, unit) = match text.chars().last() {
            Some('k') => (&text[..text.len() - 1], 1 << 10),
            Some('m') => (&text[..text.len() - 1], 1 << 20),
            Some('g') => (&text[..text.len() - 1], 1 << 30),
            _ => (text, 1),
        };
        digits.parse::<u64>().map(|n| n * unit).map_err(|_| format!("--{name}: '{text}' is no number"))
    }
}
