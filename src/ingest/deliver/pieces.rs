//! Written pieces, kept in the transaction that publishes the rows which link to them.

use crate::ingest::IngestError;
use crate::ingest::recognise::Piece;
use crate::store::{Delivery, NewPiece, PieceError};

/// Whether the pieces are those that are kept already.
pub(super) async fn held(delivery: &mut Delivery, pieces: &[Piece]) -> Result<bool, IngestError> {
    delivery.holds_pieces(&all(pieces)).await.map_err(failed)
}

/// Keeps the pieces.
pub(super) async fn keep(
    delivery: &mut Delivery,
    pieces: &[Piece],
    contribution: i64,
) -> Result<(), IngestError> {
    let new = all(pieces);
    let kept = delivery.keep_pieces(&new, Some(contribution));
    kept.await.map_err(failed)
}

fn all(pieces: &[Piece]) -> Vec<NewPiece<'_>> {
    let media = |name: &str| match name.to_lowercase().ends_with(".pdf") {
        true => "application/pdf",
        false => "application/xml",
    };
    pieces
        .iter()
        .map(|piece| NewPiece {
            document: &piece.document,
            name: &piece.name,
            media: media(&piece.name),
            path: &piece.path,
        })
        .collect()
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
