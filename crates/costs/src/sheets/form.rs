//! The sheets of an exercise: their names, their columns, and where each row stands in it.

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words.
    Text,
    /// A commune's code, or another name that units are counted under.
    Code,
    /// A short name: a service's, a row's number.
    Name,
    /// Euros.
    Amount,
    /// A rate, a share, a weight, a whole number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Truth,
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A cell of the exercise, at this path inside the row's object.
    Field,
    /// The row that this one belongs to, by its name in another sheet.
    Belongs,
    /// What other sheets call this row by; no cell of the exercise.
    Names,
    /// Which of the sheet's targets the row is for; no cell of the exercise.
    Chooses,
}

/// A column: the field's name as in TOML, and what people read above it.
#[derive(Debug)]
pub(super) struct Column {
    pub field: &'static str,
    pub heading: &'static str,
    pub kind: Kind,
    pub role: Role,
}

/// What a row may belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Exercise,
    Service,
    Agent,
    Project,
    Price,
    Part,
    Contract,
}

/// How the rows of a target stand in their owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The owner itself, in one row.
    Itself,
    /// One table.
    One,
    /// A list of tables.
    List,
    /// A table of values by name: the columns of names and of values.
    Map(&'static str, &'static str),
}

/// Where rows of a sheet stand.
#[derive(Debug)]
pub(super) struct Target {
    /// The value of the choosing column, when there is one.
    pub chosen: Option<&'static str>,
    pub owner: Owner,
    /// Path inside the owner: `key.units`.
    pub at: &'static str,
    pub shape: Shape,
    /// What the rows are for those that belong to them.
    pub owns: Option<Owner>,
}

/// A sheet.
#[derive(Debug)]
pub(super) struct Form {
    /// Its name in a workbook.
    pub sheet: &'static str,
    /// Its name in TOML, which is read too.
    pub id: &'static str,
    pub columns: &'static [Column],
    pub targets: &'static [Target],
}
