//! Every path of the service.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, header};
use axum::middleware;
use axum::routing::{delete, get, post};
use axum::{Extension, Router};
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{
    DefaultPredicate, NotForContentType, Predicate as _, SizeAbove,
};
use tower_http::cors::{Any, CorsLayer};

use super::{edge, health, limits};
use crate::ads::{self, addresses, files, lookup, notes, sheet};
use crate::app::App;
use crate::model::MOST_DOCUMENT;
use crate::ogc;
use crate::ogc::ask::media::FLATGEOBUF;
use crate::portal::{
    assets, contributions, costs, networks, parcels, pieces, privacy, register, signin, usage,
    viewer,
};

/// Bytes of a body that go in one packet with their head: smaller, it would come no sooner.
const ONE_PACKET: u64 = 1200;

/// The paths, and what surrounds them.
pub fn router(app: Arc<App>) -> Router {
    let bounds = &app.config.file.limits;
    let edge = edge::Edge {
        app: app.clone(),
        places: Arc::new(Semaphore::new(bounds.requests)),
        patience: Duration::from_secs(bounds.request_s),
        upload: app.config.file.ingest.upload(),
    };
    // Open data are read from any page; credentials never travel by cookie on these paths.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS, Method::POST])
        .allow_headers(Any)
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::CONTENT_RANGE,
            header::CONTENT_DISPOSITION,
            header::RETRY_AFTER,
            limits::LIMIT.clone(),
            limits::POLICY.clone(),
            limits::WARNING.clone(),
        ])
        .max_age(Duration::from_secs(86_400));
    // Files of whole layers are asked for by ranges of their bytes, and have a length.
    let compression = CompressionLayer::new()
        .quality(tower_http::CompressionLevel::Fastest)
        .compress_when(
            DefaultPredicate::new()
                .and(SizeAbove::new(ONE_PACKET))
                .and(NotForContentType::new(FLATGEOBUF)),
        );
    // One layer: the router copies each of its layers, and all beneath it, for each request.
    let around = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(edge, edge::around))
        .layer(CatchPanicLayer::new())
        .layer(cors)
        .layer(compression)
        .layer(Extension(Arc::<ads::Desk>::default()));
    Router::new()
        .route("/", get(ogc::landing::landing))
        .route("/conformance", get(ogc::landing::conformance))
        .route("/api", get(ogc::openapi::api))
        .route("/collections", get(ogc::collections::list))
        .route("/collections/{collection}", get(ogc::collections::one))
        .route(
            "/collections/{collection}/queryables",
            get(ogc::schema::queryables),
        )
        .route("/collections/{collection}/schema", get(ogc::schema::schema))
        .route("/collections/{collection}/items", get(ogc::items::items))
        .route(
            "/collections/{collection}/items/{fid}",
            get(ogc::item::item),
        )
        .route("/collections/{collection}/tiles", get(ogc::tilesets::list))
        .route(
            "/collections/{collection}/tiles/{matrix_set}",
            get(ogc::tilesets::one),
        )
        .route(
            "/collections/{collection}/tiles/{matrix_set}/{z}/{row}/{column}",
            get(ogc::tiles::ogc),
        )
        .route("/tileMatrixSets", get(ogc::tilesets::matrix_sets))
        .route(
            "/tileMatrixSets/{matrix_set}",
            get(ogc::tilesets::matrix_set),
        )
        .route("/tiles/{file}", get(ogc::tilesets::tilejson))
        .route("/tiles/{collection}/{z}/{x}/{file}", get(ogc::tiles::xyz))
        .route("/styles", get(ogc::styles::list))
        .route("/styles/{style}", get(ogc::styles::one))
        .route(
            "/ads/parcelles",
            get(lookup::get)
                .post(lookup::post)
                .layer(DefaultBodyLimit::max(lookup::MOST_BYTES)),
        )
        .route("/ads/parcelles/{idu}", get(lookup::item))
        .route(
            "/ads/parcelles/{idu}/cu.odt",
            get(sheet::draft::certificate),
        )
        .route("/ads/parcelles/{idu}/note.odt", get(sheet::draft::note))
        .route("/dossiers", get(files::page))
        .route("/dossiers.csv", get(files::csv))
        .route("/dossiers.xlsx", get(files::xlsx))
        .route("/notes", get(notes::list).post(notes::add))
        .route("/notes/{number}", get(notes::one).post(notes::correct))
        .route("/notes/{number}/retrait", post(notes::withdraw))
        .route("/ads/adresses/search", get(addresses::find))
        .route("/ads/adresses/reverse", get(addresses::reverse))
        .route("/parcelles", get(parcels::find))
        .route("/parcelles/{idu}", get(parcels::one))
        .route("/reseaux", get(networks::page))
        .route("/reseaux.csv", get(networks::csv))
        .route("/reseaux.json", get(networks::json))
        .route("/connexion", get(signin::page).post(signin::sign_in))
        .route("/connexion/compte", get(signin::account::go))
        .route("/connexion/retour", get(signin::account::back_again))
        .route(
            "/deconnexion",
            get(signin::no_sign_out).post(signin::sign_out),
        )
        .route("/pieces/{document}/{name}", get(pieces::piece))
        .route("/confidentialite", get(privacy::page))
        .route("/couts", get(costs::list))
        .route("/couts/schema.json", get(costs::schema))
        .route("/couts/{exercise}", get(costs::one))
        .route(
            "/couts/{exercise}/simulation",
            get(costs::simulate).post(costs::simulate_variants),
        )
        .route("/couts/{exercise}/{commune}", get(costs::statement))
        .route("/usage", get(usage::page))
        .route("/usage.json", get(usage::json))
        .route("/usage.csv", get(usage::csv))
        .route("/usage.xlsx", get(usage::xlsx))
        .merge(contributions())
        .merge(documents())
        .route("/carte", get(viewer::page))
        .route("/carte/", get(viewer::page))
        .route("/carte/{*path}", get(viewer::asset))
        .route("/static/{file}", get(assets::file))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(edge::nowhere)
        .method_not_allowed_fallback(edge::wrong_method)
        .layer(around)
        .with_state(app)
}

/// Contributions: the paths at which data are sent and changed. What the files may weigh
/// is counted as they come.
fn contributions() -> Router<Arc<App>> {
    let unlike = contributions::no_such_method;
    Router::new()
        .route(
            "/contributions",
            get(contributions::list)
                .post(contributions::send)
                .layer(DefaultBodyLimit::disable())
                .fallback(unlike),
        )
        .route(
            "/contributions/{id}",
            get(contributions::one)
                .post(contributions::answer)
                .delete(contributions::withdraw)
                .fallback(unlike),
        )
        .route(
            "/contributions/{id}/publish",
            post(contributions::publish).fallback(unlike),
        )
        .route(
            "/contributions/{id}/withdraw",
            post(contributions::withdraw).fallback(unlike),
        )
        .route(
            "/contributions/{id}/rollback",
            post(contributions::take_back).fallback(unlike),
        )
        .route(
            "/contributions/{id}/{file}",
            get(contributions::report).fallback(unlike),
        )
}

/// The register of documents.
fn documents() -> Router<Arc<App>> {
    // What the file may weigh is counted as it comes.
    let most = MOST_DOCUMENT + (1 << 20);
    Router::new()
        .route(
            "/documents",
            get(register::list)
                .post(register::send)
                .layer(DefaultBodyLimit::max(most)),
        )
        .route("/documents.atom", get(register::feed))
        .route("/documents/{id}", delete(register::withdraw))
        .route("/documents/{id}/withdraw", post(register::withdraw))
        .route("/documents/{id}/fichier", get(register::file))
}
