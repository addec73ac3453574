//! Shapefiles: shapes (`.shp`), their index (`.shx`) and values (`.dbf`) belong together.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use exchange::Lack;

use super::{part, size};
use crate::encoding::beside;

/// What a Shapefile lacks.
pub fn lack(path: &Path) -> io::Result<Option<Lack>> {
    let mut head = [0; 28];
    if File::open(path)?.read_exact(&mut head).is_err() {
        return Ok(Some(Lack::End));
    }
    // In words of two bytes.
    let stated = u64::from(u32::from_be_bytes([head[24], head[25], head[26], head[27]])) * 2;
    let found = size(path)?;
    if found < stated {
        return Ok(Some(Lack::Bytes {
            part: "shp".to_owned(),
            stated,
            found,
        }));
    }
    let Some(index) = beside(path, "shx") else {
        return Ok(Some(part("shx")));
    };
    let Some(table) = beside(path, "dbf") else {
        return Ok(Some(part("dbf")));
    };
    let values = match values(&table)? {
        Ok(values) => values,
        Err(lack) => return Ok(Some(lack)),
    };
    let shapes = size(&index)?.saturating_sub(100) / 8;
    Ok((shapes != values).then_some(Lack::Rows { shapes, values }))
}

/// Rows of a `.dbf`, or what it lacks.
pub fn values(path: &Path) -> io::Result<Result<u64, Lack>> {
    let mut head = [0; 12];
    if File::open(path)?.read_exact(&mut head).is_err() {
        return Ok(Err(Lack::End));
    }
    let rows = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    let header = u64::from(u16::from_le_bytes([head[8], head[9]]));
    let row = u64::from(u16::from_le_bytes([head[10], head[11]]));
    let (stated, found) = (header + rows * row, size(path)?);
    Ok(if found < stated {
        let part = path.extension().unwrap_or_default();
        Err(Lack::Bytes {
            part: part.to_string_lossy().to_ascii_lowercase(),
            stated,
            found,
        })
    } else {
        Ok(rows)
    })
}
