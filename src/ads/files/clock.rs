//! The clock of a published file: its events, and those that its dates tell, through the law.

use chrono::NaiveDate;

use crate::ads::deadline::{Event, EventKind, File, Kind, Silence, certificate, compute, validity};
use crate::model::{Clock, DossierFields, Lapse, Standing};

/// States in which a file is instructed.
pub const OPEN: [&str; 5] = [
    "depose",
    "incomplet",
    "en_instruction",
    "prolonge",
    "suspendu",
];

/// Decisions that grant what works need.
pub const GRANTED: [&str; 6] = [
    "accord",
    "accord_prescriptions",
    "accord_tacite",
    "non_opposition",
    "non_opposition_prescriptions",
    "non_opposition_tacite",
];

/// Decisions that are certificates: they freeze the rules for a while.
pub const CERTIFIED: [&str; 4] = [
    "cu_information",
    "cu_realisable",
    "cu_non_realisable",
    "cu_tacite",
];

/// Days before and after the end of a validity within which it is shown.
const LAPSES_SOON: i64 = 90;

/// The clock of a file on a day; none when it is decided.
pub fn clock(fields: &DossierFields, today: NaiveDate) -> Option<Clock> {
    if !OPEN.contains(&fields.etat.as_str()) {
        return None;
    }
    let mut warnings = Vec::new();
    let events = events(fields, &mut warnings);
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == fields.kind);
    let computed = kind.map(|kind| {
        compute(&File {
            kind,
            nature_unknown: false,
            events,
            imported_limit: fields.date_limite,
        })
    });
    let deadline = match computed {
        Some(Ok(deadline)) => Some(deadline),
        Some(Err(fault)) => {
            warnings.push(fault.to_string());
            None
        }
        None => None,
    };
    let mut clock = Clock {
        situation: Standing::SansDate,
        limite: fields.date_limite,
        jours: None,
        importee: fields.date_limite.is_some(),
        favorable: false,
        silence: String::new(),
        articles: Vec::new(),
        raisonnement: Vec::new(),
        avertissements: warnings,
        indicatif: true,
    };
    let mut waiting = fields.etat == "incomplet";
    if let Some(deadline) = deadline {
        waiting |= deadline.start.is_none();
        // A file that is said to be incomplete, and not since when, has no clock that is known.
        if !(waiting && deadline.start.is_some() && !clock.importee) {
            clock.limite = Some(deadline.limit);
            clock.favorable = matches!(
                deadline.silence,
                Silence::Granted | Silence::NotOpposed | Silence::TacitCu
            ) && !waiting;
            clock.silence = deadline.silence.title().to_owned();
            clock.articles = deadline.articles;
            let steps = deadline.reasoning.into_iter();
            clock.raisonnement = steps
                .map(|step| format!("{} : {}", step.article, step.text))
                .collect();
        }
        clock.avertissements.extend(deadline.warnings);
    }
    clock.jours = clock.limite.map(|limit| (limit - today).num_days());
    clock.situation = match clock.jours {
        _ if waiting => Standing::AttentePieces,
        None => Standing::SansDate,
        Some(..0) => Standing::Echu,
        Some(0..=7) => Standing::SousSeptJours,
        Some(8..=15) => Standing::SousQuinzeJours,
        Some(_) => Standing::PlusTard,
    };
    Some(clock)
}

/// The events of a file, and those that its dates tell where no event does.
fn events(fields: &DossierFields, warnings: &mut Vec<String>) -> Vec<Event> {
    let written = fields.evenements.as_deref().unwrap_or("");
    let mut events = Event::read(written).unwrap_or_else(|fault| {
        warnings.push(format!("événements illisibles – {fault}"));
        Vec::new()
    });
    let mut tell = |kind: EventKind, day: Option<NaiveDate>| {
        let known = events.iter().any(|event| event.kind == kind);
        if let Some(day) = day.filter(|_| !known) {
            events.extend(Event::new(day, kind, None, None));
        }
    };
    tell(EventKind::Deposit, fields.date_depot);
    tell(EventKind::Decision, fields.date_decision);
    let pieces = [
        EventKind::RequestPieces,
        EventKind::PiecesComplete,
        EventKind::PiecesReceived,
    ];
    let completed = fields.date_complet.filter(|day| {
        fields.date_depot.is_some_and(|deposit| deposit < *day)
            && !events.iter().any(|event| pieces.contains(&event.kind))
    });
    if let (Some(completed), Some(deposit)) = (completed, fields.date_depot) {
        // Complete after its deposit: pieces were asked for, on a day that is not known.
        warnings.push(
            "la demande de pièces n’est pas datée : le délai court du dossier complet".to_owned(),
        );
        events.extend(Event::new(deposit, EventKind::RequestPieces, None, None));
        events.extend(Event::new(completed, EventKind::PiecesComplete, None, None));
    }
    events
}

/// When what was granted or certified lapses, where that is near.
pub fn lapse(fields: &DossierFields, today: NaiveDate) -> Option<Lapse> {
    let (decision, decided) = (fields.decision.as_deref()?, fields.date_decision?);
    let (until, ask_before, articles) = if CERTIFIED.contains(&decision) {
        let certificate = certificate(decided, 0);
        let ask_before = Some(certificate.ask_before);
        (certificate.until, ask_before, certificate.articles)
    } else if GRANTED.contains(&decision) && fields.date_doc.is_none() {
        let events = Event::read(fields.evenements.as_deref().unwrap_or("")).unwrap_or_default();
        let notified = events
            .iter()
            .find(|event| event.kind == EventKind::Notification);
        let effective = notified.map_or(decided, |event| event.date);
        let validity = validity(decided, effective, 0);
        (validity.until, validity.ask_before, validity.articles)
    } else {
        return None;
    };
    let days = (until - today).num_days();
    (days.abs() <= LAPSES_SOON).then_some(Lapse {
        jusqu_au: until,
        jours: days,
        proroger_avant: ask_before,
        articles,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: &str, state: &str, events: &str) -> DossierFields {
        let fields = serde_json::json!({
            "numero": "PC 044 109 26 A0001", "type": kind, "commune": "44109", "etat": state,
            "date_depot": "2026-03-10", "evenements": events,
        });
        serde_json::from_value(fields).expect("a file")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn standing(fields: &DossierFields, today: &str) -> (Standing, Option<NaiveDate>, bool) {
        let clock = clock(fields, day(today)).expect("instructed");
        (clock.situation, clock.limite, clock.favorable)
    }

    #[test]
    fn a_file_stands_where_its_events_put_it() {
        let plain = file("DP", "en_instruction", "");
        let limit = Some(day("2026-04-10"));
        assert_eq!(
            standing(&plain, "2026-03-11"),
            (Standing::PlusTard, limit, true)
        );
        assert_eq!(
            standing(&plain, "2026-03-26"),
            (Standing::SousQuinzeJours, limit, true)
        );
        assert_eq!(
            standing(&plain, "2026-04-10"),
            (Standing::SousSeptJours, limit, true)
        );
        assert_eq!(
            standing(&plain, "2026-04-11"),
            (Standing::Echu, limit, true)
        );
        let asked = file("DP", "incomplet", "2026-04-02 request_pieces");
        let missing = Some(day("2026-07-02"));
        assert_eq!(
            standing(&asked, "2026-04-11"),
            (Standing::AttentePieces, missing, false)
        );
        let longer = file("PC", "prolonge", "2026-03-30 extension =5 R423-28");
        assert_eq!(standing(&longer, "2026-04-11").1, Some(day("2026-08-10")));
        assert_eq!(clock(&file("DP", "decide", ""), day("2026-04-11")), None);
    }

    #[test]
    fn an_imported_limit_prevails_and_an_undated_request_is_told() {
        let mut imported = file("DP", "en_instruction", "");
        imported.date_limite = Some(day("2026-04-20"));
        let clock_ = clock(&imported, day("2026-04-11")).expect("instructed");
        assert_eq!(
            (clock_.limite, clock_.importee),
            (imported.date_limite, true)
        );
        assert!(
            clock_
                .avertissements
                .iter()
                .any(|it| it.contains("prévaut"))
        );
        let unknown = file("DP", "incomplet", "");
        assert_eq!(
            standing(&unknown, "2026-04-11"),
            (Standing::AttentePieces, None, false)
        );
        let mut late = file("DP", "en_instruction", "");
        late.date_complet = Some(day("2026-05-15"));
        assert_eq!(standing(&late, "2026-05-20").1, Some(day("2026-06-15")));
    }

    #[test]
    fn a_permit_lapses_three_years_after_its_notification_unless_works_began() {
        let mut granted = file("PC", "decide", "2025-01-20 notification");
        granted.decision = Some("accord".to_owned());
        granted.date_decision = Some(day("2025-01-10"));
        let near = lapse(&granted, day("2027-12-01")).expect("near");
        assert_eq!((near.jusqu_au, near.jours), (day("2028-01-20"), 50));
        assert_eq!(lapse(&granted, day("2026-12-01")), None);
        let mut certified = file("CUa", "decide", "");
        certified.decision = Some("cu_information".to_owned());
        certified.date_decision = Some(day("2025-06-10"));
        let near = lapse(&certified, day("2026-12-01")).expect("eighteen months");
        assert_eq!(near.jusqu_au, day("2026-12-10"));
        granted.date_doc = Some(day("2026-06-01"));
        assert_eq!(lapse(&granted, day("2027-12-01")), None);
    }
}
