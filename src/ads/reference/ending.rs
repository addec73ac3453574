//! How a run ends: what is missing is a fault, and each parcel gets its commune.

use super::code::of_three;
use super::fault::{Fault, FaultKind};
use super::scan::{Item, Order, Reading, Scan};
use super::sections::{TYPES, is_numbered};
use crate::model::{Idu, Insee};

impl Scan<'_> {
    pub fn without_number(&self) -> Fault {
        let at = self.section.as_ref().map_or(0, |(_, at)| *at);
        self.wrong(at, "le numéro de parcelle manque après cette section")
    }

    /// Gives each parcel its commune, and makes identifiers.
    pub fn finish(mut self) -> Result<Reading, Fault> {
        if let Some((three, at)) = self.three.take() {
            let communes = of_three(&three, self.commune.as_ref(), self.context);
            let branch = self.choices.take(communes.len());
            let Some(commune) = communes.into_iter().nth(branch) else {
                return Err(self.wrong(at, "le département de cette commune manque"));
            };
            self.place(commune);
        }
        if !self.pending.is_empty() {
            let (_, token) = self.pending[0];
            if self.section.is_none() {
                return Err(self.wrong(token, "la section manque avant ce numéro"));
            }
            self.used = true;
            for (number, token) in std::mem::take(&mut self.pending) {
                self.push(number, token)?;
            }
        }
        if self.section.is_some() && !self.used {
            return Err(self.without_number());
        }
        if self.items.is_empty() && self.dropped {
            return Err(self.unknown(0));
        }
        if self.items.is_empty() {
            let message = if self.commune.is_some() {
                "la section et le numéro de la parcelle manquent"
            } else {
                "aucune référence cadastrale ni numéro de dossier n’est reconnu"
            };
            return Err(Fault::wrong(self.text.trim(), message));
        }
        // « Nantes AB 12 Rezé »: the last commune has no parcel, the first is the likelier.
        if self.communes == Order::Before && self.since == 0 {
            self.sure = false;
        }
        // « DP 24 123 »: a year and an order, or two parcels.
        if let [first, second] = &self.items[..]
            && TYPES.contains(&first.section.as_str())
            && second.token == first.token + 1
            && (15..40).contains(&first.number)
            && second.number > 99
        {
            self.sure = false;
        }
        if self.doubtful && self.commune.is_none() {
            self.sure = false;
        }
        let own = self.default_commune()?;
        let mut parcels: Vec<Idu> = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let commune = item.commune.as_ref().or(own.as_ref());
            let Some(commune) = commune else {
                return Err(Fault::of(
                    FaultKind::MissingCommune,
                    self.text.trim(),
                    "la commune manque : donnez son code INSEE ou son nom",
                ));
            };
            let idu = self.identifier(commune, item)?;
            if !parcels.contains(&idu) {
                parcels.push(idu);
            }
        }
        if self.either && parcels.len() > 1 {
            let branch = self.choices.take(parcels.len());
            parcels = vec![parcels.swap_remove(branch)];
            self.sure = false;
        }
        Ok(Reading {
            parcels,
            sure: self.sure,
            dropped: self.dropped || self.postal,
        })
    }

    /// The commune of parcels that have none: that of the text, of the reader, or each known one.
    fn default_commune(&mut self) -> Result<Option<Insee>, Fault> {
        let needed = self.items.iter().any(|item| item.commune.is_none());
        let own = self
            .commune
            .clone()
            .or_else(|| self.context.commune.cloned());
        if own.is_some() || !needed {
            return Ok(own);
        }
        let all = self.context.places.all();
        if all.is_empty() || all.len() > 50 {
            return Ok(None);
        }
        self.sure = false;
        let branch = self.choices.take(all.len());
        Ok(all.into_iter().nth(branch))
    }

    fn identifier(&self, commune: &Insee, item: &Item) -> Result<Idu, Fault> {
        let number = item.section.bytes().all(|byte| byte.is_ascii_digit());
        if number && !is_numbered(commune) {
            return Err(Fault::wrong(
                &item.section,
                format!(
                    "une section est faite de lettres dans le département {} ; seule l’Alsace-Moselle \
                     a des sections numérotées",
                    commune.departement()
                ),
            ));
        }
        Idu::new(commune, &item.prefix, &item.section, item.number)
            .map_err(|message| self.wrong(item.token, message))
    }
}
