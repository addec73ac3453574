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
    let Some(pieces) = pieces else {
        return Ok(false);
    };
    let new = NewPieces {
        document: &pieces.document,
        files: pieces.files.iter().map(new).collect(),
    };
    delivery.bring_pieces(&new).await.map_err(failed)
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
