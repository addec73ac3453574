//! What went wrong, for people.

use askama::Template as _;

use super::{Html, Page, Section, Site};
use crate::model::Problem;

#[derive(askama::Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Page<'a>,
    status: u16,
    advice: &'static str,
    /// The detail that programs get, in English.
    detail: Option<&'a str>,
    /// Whether signing in would help.
    sign_in: bool,
    /// The request's id, where it helps who looks into the logs.
    id: Option<&'a str>,
}

/// A problem as a page; `id` names the request in the logs.
pub fn error(site: Site<'_>, status: u16, problem: &Problem, id: &str) -> Html {
    let (title, advice) = words(problem);
    let detail = match problem {
        Problem::BadRequest(detail)
        | Problem::BadCredential(detail)
        | Problem::Forbidden(detail)
        | Problem::TooMany { detail, .. }
        | Problem::NotFound(detail)
        | Problem::Gone { detail, .. }
        | Problem::NotAcceptable(detail)
        | Problem::Conflict(detail)
        | Problem::TooLarge(detail)
        | Problem::Full(detail)
        | Problem::Unavailable { detail, .. } => Some(detail.as_str()),
        Problem::MethodNotAllowed(methods) => Some(*methods),
        Problem::Unauthorized
        | Problem::RangeNotSatisfiable(_)
        | Problem::Timeout
        | Problem::Internal => None,
    };
    ErrorPage {
        page: Page::new(site, title, Section::None),
        sign_in: matches!(problem, Problem::Unauthorized),
        status,
        advice,
        detail,
        id: (status >= 500).then_some(id),
    }
    .render()
}

fn words(problem: &Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::BadRequest(_) => (
            "Demande incomprise",
            "Un paramètre de l’adresse n’est pas connu ou n’a pas la forme attendue. Corrigez-le, \
             ou repartez de la liste des données.",
        ),
        Problem::Unauthorized => (
            "Accès réservé",
            "Ces données ne sont pas ouvertes à tous\u{a0}: connectez-vous, ou présentez une clé \
             d’une commune adhérente, pour les consulter.",
        ),
        Problem::BadCredential(_) => (
            "Clé refusée",
            "La clé présentée est inconnue, expirée ou révoquée. Vérifiez qu’elle a été recopiée \
             en entier, ou demandez-en une autre au service géomatique.",
        ),
        Problem::Forbidden(_) => (
            "Droits insuffisants",
            "Vous êtes reconnu, mais ces données ou cette opération ne sont pas ouvertes à votre \
             clé.",
        ),
        Problem::TooMany { .. } => (
            "Trop de demandes",
            "La limite convenue est atteinte. Patientez un peu, ou demandez au service géomatique \
             de la relever.",
        ),
        Problem::NotFound(_) => (
            "Page introuvable",
            "Rien ne se trouve à cette adresse. Elle a peut-être été mal recopiée, ou l’objet \
             n’existe plus.",
        ),
        Problem::Gone { .. } => (
            "Ancienne parcelle",
            "Ce qui se trouvait à cette adresse n’existe plus sous ce numéro. Voici ce que l’on en \
             sait.",
        ),
        Problem::MethodNotAllowed(_) => (
            "Méthode refusée",
            "Cette ressource se lit, elle ne se modifie pas ainsi.",
        ),
        Problem::NotAcceptable(_) => (
            "Format indisponible",
            "Cette ressource n’existe pas dans le format demandé.",
        ),
        Problem::Conflict(_) => (
            "La situation a changé",
            "Ce que vous demandez ne correspond plus à l’état actuel. Revenez à la page précédente, \
             rechargez-la, et décidez à nouveau.",
        ),
        Problem::TooLarge(_) => (
            "Envoi trop volumineux",
            "Ces fichiers dépassent ce que le portail reçoit en une fois. Compressez-les dans une \
             archive, ou déposez-les en plusieurs fois.",
        ),
        Problem::Full(_) => (
            "Plus de place pour de nouveaux dépôts",
            "L’espace réservé aux dépôts en attente est plein. Publiez ou retirez les vôtres, ou \
             prévenez le service géomatique.",
        ),
        Problem::RangeNotSatisfiable(_) => (
            "Plage hors du fichier",
            "La partie demandée se trouve au-delà de la fin du fichier.",
        ),
        Problem::Unavailable { .. } => (
            "Service momentanément indisponible",
            "Réessayez dans quelques instants.",
        ),
        Problem::Timeout => (
            "Réponse trop longue à préparer",
            "Demandez moins\u{a0}: une emprise plus petite, moins d’objets, un filtre sur un champ \
             indexé.",
        ),
        Problem::Internal => (
            "Une erreur s’est produite",
            "Elle vient de nous et elle a été enregistrée. Si elle se répète, transmettez le numéro \
             ci-dessous au service géomatique.",
        ),
    }
}
