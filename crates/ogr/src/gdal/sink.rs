//! A GeoPackage, or Shapefiles, being written.

use std::ffi::{CString, c_int};
use std::path::Path;
use std::ptr;

use exchange::{Cell, NewColumn, NewFile, NewKind, NewLayer, NewShape, Row};
use gdal_sys::*;

use super::{List, failures, index, text};
use crate::crs::System;

/// A file being written, in one transaction where the format knows them.
pub struct Sink {
    handle: GDALDatasetH,
    kind: NewFile,
}

/// A layer of it.
pub struct NewTable {
    layer: OGRLayerH,
    columns: usize,
    spatial: bool,
}

/// GDAL's words, where it failed.
fn words() -> String {
    failures().unwrap_or_else(|| "GDAL says no more".to_owned())
}

impl Sink {
    /// A new file.
    ///
    /// # Errors
    /// GDAL's words.
    pub fn create(path: &Path, kind: NewFile) -> Result<Self, String> {
        let (driver, path) = match kind {
            NewFile::GeoPackage => (c"GPKG", path),
            // A folder is a dataset of Shapefiles.
            NewFile::Shapefiles => (c"ESRI Shapefile", path.parent().unwrap_or(path)),
        };
        let path = CString::new(path.as_os_str().as_encoded_bytes()).map_err(|e| e.to_string())?;
        // SAFETY: the texts end with zeros; without a raster, sizes and type are zero.
        let handle = unsafe {
            let driver = GDALGetDriverByName(driver.as_ptr());
            let options = ptr::null_mut();
            GDALCreate(
                driver,
                path.as_ptr(),
                0,
                0,
                0,
                GDALDataType::GDT_Unknown,
                options,
            )
        };
        if handle.is_null() {
            return Err(words());
        }
        let sink = Self { handle, kind };
        if kind != NewFile::GeoPackage {
            return Ok(sink);
        }
        // SAFETY: the dataset is open.
        let code = unsafe { GDALDatasetStartTransaction(handle, 0) };
        if code == OGRErr::OGRERR_NONE {
            Ok(sink)
        } else {
            Err(words())
        }
    }

    /// A new layer.
    ///
    /// # Errors
    /// GDAL's words.
    pub fn layer(&self, new: &NewLayer) -> Result<NewTable, String> {
        let system = match new.epsg {
            None => None,
            Some(code) => Some(System::of(code).ok_or_else(|| format!("EPSG:{code} is unknown"))?),
        };
        let shape = match new.shape {
            None => OGRwkbGeometryType::wkbNone,
            Some(NewShape::Any) => OGRwkbGeometryType::wkbUnknown,
            Some(NewShape::Point) => OGRwkbGeometryType::wkbPoint,
            Some(NewShape::MultiPoint) => OGRwkbGeometryType::wkbMultiPoint,
            Some(NewShape::MultiLineString) => OGRwkbGeometryType::wkbMultiLineString,
            Some(NewShape::MultiPolygon) => OGRwkbGeometryType::wkbMultiPolygon,
        };
        let options = match self.kind {
            NewFile::GeoPackage => vec![
                format!("IDENTIFIER={}", new.title.as_deref().unwrap_or(&new.name)),
                format!("DESCRIPTION={}", new.description.as_deref().unwrap_or("")),
            ],
            NewFile::Shapefiles => vec!["ENCODING=UTF-8".to_owned()],
        };
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let options = List::new(&options);
        let name = text(&new.name);
        // SAFETY: the dataset is open; the layer copies name, system and options.
        let layer = unsafe {
            let system = system.as_ref().map_or(ptr::null_mut(), System::handle);
            // GDAL takes lists of options as its own, and only reads them.
            let options = options.as_ptr().cast_mut().cast();
            GDALDatasetCreateLayer(self.handle, name.as_ptr(), system, shape, options)
        };
        if layer.is_null() {
            return Err(words());
        }
        for column in &new.columns {
            create(layer, column)?;
        }
        Ok(NewTable {
            layer,
            columns: new.columns.len(),
            spatial: new.shape.is_some(),
        })
    }

    /// Adds a row to a layer of this file.
    ///
    /// # Errors
    /// GDAL's words.
    pub fn add(&self, table: &NewTable, row: &Row) -> Result<(), String> {
        // SAFETY: the layer is open as long as the dataset; the feature is ours until it is destroyed.
        unsafe {
            let feature = OGR_F_Create(OGR_L_GetLayerDefn(table.layer));
            if self.kind == NewFile::GeoPackage && row.fid > 0 {
                OGR_F_SetFID(feature, row.fid);
            }
            let filled = fill(feature, table, row);
            let code = match filled {
                Ok(()) => OGR_L_CreateFeature(table.layer, feature),
                Err(_) => OGRErr::OGRERR_NONE,
            };
            OGR_F_Destroy(feature);
            filled?;
            if code == OGRErr::OGRERR_NONE {
                Ok(())
            } else {
                Err(words())
            }
        }
    }

    /// Writes all to the disk.
    ///
    /// # Errors
    /// GDAL's words.
    pub fn close(self) -> Result<(), String> {
        let code = match self.kind {
            // SAFETY: the dataset is open; dropping `self` closes it.
            NewFile::GeoPackage => unsafe { GDALDatasetCommitTransaction(self.handle) },
            NewFile::Shapefiles => OGRErr::OGRERR_NONE,
        };
        drop(self);
        match (code, failures()) {
            (OGRErr::OGRERR_NONE, None) => Ok(()),
            (_, said) => Err(said.unwrap_or_else(words)),
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // SAFETY: the handle is open and nobody else's.
        unsafe { GDALClose(self.handle) };
    }
}

/// Adds a column to a layer that is open.
fn create(layer: OGRLayerH, column: &NewColumn) -> Result<(), String> {
    let (kind, subtype) = match column.kind {
        NewKind::Text => (OGRFieldType::OFTString, OGRFieldSubType::OFSTNone),
        NewKind::Integer => (OGRFieldType::OFTInteger64, OGRFieldSubType::OFSTNone),
        NewKind::Real => (OGRFieldType::OFTReal, OGRFieldSubType::OFSTNone),
        NewKind::Boolean => (OGRFieldType::OFTInteger, OGRFieldSubType::OFSTBoolean),
        NewKind::Date => (OGRFieldType::OFTDate, OGRFieldSubType::OFSTNone),
        NewKind::Time => (OGRFieldType::OFTDateTime, OGRFieldSubType::OFSTNone),
    };
    let name = text(&column.name);
    let title = column.title.as_deref().map(text);
    // SAFETY: the layer is open; the definition is copied, then ours to destroy.
    let code = unsafe {
        let field = OGR_Fld_Create(name.as_ptr(), kind);
        OGR_Fld_SetSubType(field, subtype);
        if let Some(title) = title {
            OGR_Fld_SetAlternativeName(field, title.as_ptr());
        }
        let code = OGR_L_CreateField(layer, field, 1);
        OGR_Fld_Destroy(field);
        code
    };
    if code == OGRErr::OGRERR_NONE {
        Ok(())
    } else {
        Err(words())
    }
}

/// Fills a feature with a row.
///
/// # Safety
/// `feature` is of the table's layer.
unsafe fn fill(feature: OGRFeatureH, table: &NewTable, row: &Row) -> Result<(), String> {
    if row.cells.len() != table.columns {
        return Err("a row has another number of values than its layer".to_owned());
    }
    // SAFETY: as the caller promises; columns are numbered as they were made.
    unsafe {
        for (column, cell) in row.cells.iter().enumerate() {
            match cell {
                Cell::Null => OGR_F_SetFieldNull(feature, index(column)),
                Cell::Integer(value) => OGR_F_SetFieldInteger64(feature, index(column), *value),
                Cell::Real(value) => OGR_F_SetFieldDouble(feature, index(column), *value),
                Cell::Text(value) => {
                    let value = text(&String::from_utf8_lossy(value));
                    OGR_F_SetFieldString(feature, index(column), value.as_ptr());
                }
            }
        }
        let Some(wkb) = row.geometry.as_ref().filter(|_| table.spatial) else {
            return Ok(());
        };
        let mut geometry = ptr::null_mut();
        let size = c_int::try_from(wkb.len()).map_err(|error| error.to_string())?;
        let bytes = wkb.as_ptr().cast();
        let code = OGR_G_CreateFromWkb(bytes, ptr::null_mut(), &raw mut geometry, size);
        if code != OGRErr::OGRERR_NONE {
            return Err("a geometry is no WKB".to_owned());
        }
        // The feature takes the geometry over.
        OGR_F_SetGeometryDirectly(feature, geometry);
    }
    Ok(())
}
