//! What a dataset answers to a statement, and how wide its layers are.

use std::marker::PhantomData;
use std::ptr;

use gdal_sys::{
    GDALDatasetExecuteSQL, GDALDatasetReleaseResultSet, OGR_FD_GetFieldCount, OGR_L_GetLayerDefn,
};

use super::{Layer, Source, shown, text};

impl Source {
    /// The first column of what a statement answers, as texts, in the language of the format itself.
    pub fn answers(&self, statement: &str) -> Vec<String> {
        let statement = text(statement);
        // SAFETY: the dataset is open, the text ends with a zero; the answer is given back before
        // the dataset is closed.
        unsafe {
            let handle =
                GDALDatasetExecuteSQL(self.0, statement.as_ptr(), ptr::null_mut(), ptr::null());
            if handle.is_null() {
                return Vec::new();
            }
            let layer = Layer(handle, PhantomData);
            let rows = std::iter::from_fn(|| layer.next());
            let answers = rows.map(|row| shown(row.text(0))).collect();
            GDALDatasetReleaseResultSet(self.0, handle);
            answers
        }
    }
}

impl Layer<'_> {
    /// How many columns it has.
    pub fn width(&self) -> usize {
        // SAFETY: the definition lives as long as the layer.
        let count = unsafe { OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(self.0)) };
        usize::try_from(count).unwrap_or(0)
    }
}
