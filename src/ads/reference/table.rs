//! Tables that were copied with the names of their columns: each cell is read after its name.

use super::lex::{Shape, Token};
use super::words::{Announces, announces};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Commune,
    Prefix,
    Section,
    Number,
    /// A whole reference.
    Whole,
    /// Nothing of a reference.
    Other,
}

/// The columns of a reference, in the order that they are read, and what announces each.
const ORDER: [(Column, &str); 5] = [
    (Column::Whole, ""),
    (Column::Commune, "COMMUNE"),
    (Column::Prefix, "PREFIXE"),
    (Column::Section, "SECTION"),
    (Column::Number, "NUMERO"),
];

/// The tokens of a table, each cell after the name of its column; others as they are. A head
/// whose names only spaces part is left out: `Préfixe Section Numéro 000 AB 123`.
pub(super) fn rows(tokens: Vec<Token>) -> Vec<Token> {
    read(&tokens).unwrap_or_else(|| without_head(tokens))
}

fn read(tokens: &[Token]) -> Option<Vec<Token>> {
    let mut lines = tokens.split(ends_line).filter(|line| !line.is_empty());
    let head = lines.next()?;
    let mark = head.iter().find(|token| parts_cells(token))?.text.clone();
    let cells = |line| cells(line, &mark);
    let columns: Vec<Column> = cells(head).map(column).collect::<Option<_>>()?;
    let has = |wanted| columns.contains(&wanted);
    let parted = has(Column::Section) && has(Column::Number);
    if !(has(Column::Whole) || parted) {
        return None;
    }
    let mut found = Vec::new();
    for line in lines {
        let row: Vec<&[Token]> = cells(line).collect();
        if row.len() > columns.len() + 1 {
            return None;
        }
        for (wanted, name) in ORDER {
            let mut held = columns.iter().zip(&row);
            let Some((_, cell)) = held.find(|(column, _)| **column == wanted) else {
                continue;
            };
            let Some(first) = cell.first() else { continue };
            if !name.is_empty() {
                found.push(named(first, Shape::Word, name));
            }
            found.extend(cell.iter().cloned());
        }
        let last = line.last()?;
        found.push(named(last, Shape::Break, "\n"));
    }
    (!found.is_empty()).then_some(found)
}

/// A token that nobody typed.
fn named(beside: &Token, shape: Shape, text: &str) -> Token {
    Token {
        shape,
        text: text.to_owned(),
        span: beside.span.start..beside.span.start,
        glued: false,
        accent: false,
        lower: false,
    }
}

fn ends_line(token: &Token) -> bool {
    matches!(token.text.as_str(), "\n" | "\r")
}

fn parts_cells(token: &Token) -> bool {
    token.is(Shape::Break) && matches!(token.text.as_str(), ";" | "," | "\t" | "|")
}

fn cells<'a>(line: &'a [Token], mark: &str) -> impl Iterator<Item = &'a [Token]> {
    line.split(move |token| token.is(Shape::Break) && token.text == mark)
}

/// What a column holds, by its name; none when it is not one.
fn column(name: &[Token]) -> Option<Column> {
    if name.iter().any(|token| token.is(Shape::Digits)) {
        return None;
    }
    let says = |wanted| name.iter().any(|token| announces(token) == Some(wanted));
    let whole = ["IDU", "IDUS", "ID_PARCELLE", "PARCELLE_ID", "GEO_PARCELLE"];
    let reference = |token: &Token| {
        token.among(&whole) || token.text.starts_with("REFERENCE") || token.says("IDENTIFIANT")
    };
    let plan = |token: &Token| token.among(&["PARCELLE", "PARCELLES", "PLAN", "N", "NO"]);
    Some(match () {
        () if name.iter().any(reference) => Column::Whole,
        () if says(Announces::Area) => Column::Other,
        () if says(Announces::Section) => Column::Section,
        () if says(Announces::Prefix) => Column::Prefix,
        () if says(Announces::Number) || name.iter().any(plan) => Column::Number,
        () if says(Announces::Commune) => Column::Commune,
        () if name.len() <= 4 && !name.iter().any(|token| token.is(Shape::Mark)) => Column::Other,
        () => return None,
    })
}

/// Leaves out a head whose names nothing but spaces or breaks part.
fn without_head(mut tokens: Vec<Token>) -> Vec<Token> {
    const HEAD: [&str; 4] = ["PREFIXE", "SECTION", "NUMERO", "CONTENANCE"];
    // « Section : AB » names what follows.
    let part = |token: &Token| {
        token.among(&HEAD) || token.is(Shape::Break) || token.is(Shape::Mark) && token.text != ":"
    };
    let end = tokens.iter().take_while(|token| part(token)).count();
    let titles = tokens[..end].iter().filter(|token| token.is(Shape::Word));
    let titled = tokens.get(end).is_some_and(|next| next.text == ":");
    // « Section Numéro » in a sentence is followed by what it names as well.
    if titles.count() >= 2 && end < tokens.len() && !titled {
        tokens.drain(..end);
    }
    tokens
}
