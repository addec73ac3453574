//! Written pieces, kept in the transaction that publishes the rows which link to them.

use crate::ingest::IngestError;
use crate::ingest::recognise::{Piece, WrittenPieces};
use crate::store::{Delivery, NewPiece, NewPieces, PieceError};

/// Brings the pieces, which are published with the rows; whether they are others than those that
/// are served.
pub(super) async fn bring(
    delivery: &mut Delivery,
    pieces: Option<&WrittenPieces>,
) -> Result<bool, IngestError> {
    match pieces {
        Some(pieces) => delivery.bring_pieces(&all(pieces)).await.map_err(failed),
        None => Ok(false),
    }
}

/// Keeps what they hold, once it is decided that they are published.
pub(super) async fn keep(
    delivery: &mut Delivery,
    pieces: Option<&WrittenPieces>,
) -> Result<(), IngestError> {
    match pieces {
        Some(pieces) => delivery.keep_pieces(&all(pieces)).await.map_err(failed),
        None => Ok(()),
    }
}

fn all(pieces: &WrittenPieces) -> NewPieces<'_> {
    NewPieces {
        document: &pieces.document,
        files: pieces.files.iter().map(new).collect(),
    }
}

fn new(piece: &Piece) -> NewPiece<'_> {
    let media = match piece.name.to_lowercase().ends_with(".pdf") {
        true => "application/pdf",
        false => "application/xml",
    };
    NewPiece {
        name: &piece.name,
        media,
        path: &piece.path,
    }
}

fn failed(error: PieceError) -> IngestError {
    match error {
        PieceError::Store(error) => error.into(),
        PieceError::File(cause) => IngestError::Io {
            what: "the pieces of the delivery".to_owned(),
            cause,
        },
    }
}
