//! Compression of whole answers, and the choice of it.

use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

impl Coding {
    /// The best coding that the client accepts: the cheapest to make among those that browsers
    /// read, unless its weights say otherwise.
    pub fn accepted(header: Option<&str>) -> Self {
        let Some(header) = header else {
            return Self::Identity;
        };
        let mut best = (Self::Identity, 0.0f32);
        for part in header.split(',') {
            let mut pieces = part.split(';');
            let coding = match pieces.next().map(str::trim) {
                Some("zstd") => Self::Zstd,
                Some("br") => Self::Brotli,
                Some("gzip" | "x-gzip" | "*") => Self::Gzip,
                _ => continue,
            };
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
            if weight > best.1
                || (weight == best.1 && weight > 0.0 && coding.rank() > best.0.rank())
            {
                best = (coding, weight);
            }
        }
        best.0
    }

    fn rank(self) -> u8 {
        match self {
            Self::Identity => 0,
            Self::Brotli => 1,
            Self::Gzip => 2,
            Self::Zstd => 3,
        }
    }

    /// Its name in `Content-Encoding`; none for identity.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// Compresses; the bytes as they are when the coding fails, which it does for want of memory
    /// alone, and then the coding is identity.
    pub fn compress(self, plain: Vec<u8>) -> (Self, Bytes) {
        let made = match self {
            Self::Identity => None,
            Self::Gzip => gzip(&plain),
            Self::Zstd => zstd::bulk::compress(&plain, 1).ok(),
            Self::Brotli => brotli_5(&plain),
        };
        match made {
            Some(bytes) => (self, bytes.into()),
            None => (Self::Identity, plain.into()),
        }
    }
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut compressor = Compressor::new(CompressionLvl::new(1).ok()?);
    let mut out = vec![0; compressor.gzip_compress_bound(plain.len())];
    let length = compressor.gzip_compress(plain, &mut out).ok()?;
    out.truncate(length);
    out.shrink_to_fit();
    Some(out)
}

fn brotli_5(plain: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 5,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut out, &params).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_chooses() {
        assert_eq!(Coding::accepted(None), Coding::Identity);
        assert_eq!(
            Coding::accepted(Some("gzip, deflate, br, zstd")),
            Coding::Zstd
        );
        assert_eq!(Coding::accepted(Some("gzip, br")), Coding::Gzip);
        assert_eq!(
            Coding::accepted(Some("br;q=1.0, gzip;q=0.8")),
            Coding::Brotli
        );
        assert_eq!(Coding::accepted(Some("gzip;q=0")), Coding::Identity);
        assert_eq!(Coding::accepted(Some("deflate;;;=,,q")), Coding::Identity);
    }

    #[test]
    fn what_is_compressed_comes_back() {
        let plain = b"parcelles ".repeat(500);
        let (coding, bytes) = Coding::Zstd.compress(plain.clone());
        assert_eq!(coding, Coding::Zstd);
        assert_eq!(zstd::bulk::decompress(&bytes, 10_000).expect("zstd"), plain);
        let (coding, bytes) = Coding::Gzip.compress(plain.clone());
        assert_eq!(coding, Coding::Gzip);
        let mut back = vec![0; plain.len()];
        libdeflater::Decompressor::new()
            .gzip_decompress(&bytes, &mut back)
            .expect("gzip");
        assert_eq!(back, plain);
    }
}
