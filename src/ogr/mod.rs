//! Strangers' files, opened by a child process that alone links GDAL.
