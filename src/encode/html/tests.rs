//! Whole pages, from a layer of hostile titles and values.
