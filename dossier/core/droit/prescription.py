"""The day after which a claim can no longer be brought, and the warning before it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.creance import Genre, Nature
from dossier.core.dates import en_lettres
from dossier.core.droit.alertes import Gravite, SeuilsAlerte
from dossier.core.droit.corpus import Droit
from dossier.core.droit.delais import fin_de_delai_mois_sans_report
from dossier.core.droit.interruptions import Effet, EffetEvenement, Evenement, Regle, regle
from dossier.core.droit.parametres import Niveau, Parametre
from dossier.core.modele import Modele


class Prescription(Modele):
    """The limitation period as the alert counts it: the earliest reading."""

    depart: date
    """The first day of the whole period; `interruption` is that of the new one, if any."""
    date_limite: date
    """The last day on which the claim can be brought, never extended."""
    texte: str
    niveau: Niveau
    hypothese: str
    reserve: str = ""
    """What the nature of the claim leaves to a lawyer; empty when nothing."""
    interruption: date | None = None
    """The last event that certainly interrupted the period."""
    date_possible: date | None = None
    """The later last day that another reading would give; to show beside, never to rely on."""
    motif_possible: str = ""
    effets: tuple[EffetEvenement, ...] = ()
    """What each event did, by day."""

    @property
    def lecture(self) -> str:
        """How the last day was counted and, when there is one, the later day that another reading gives."""
        if self.date_possible is None:
            return self.hypothese
        return (
            f"{self.hypothese} Date possible, à ne pas tenir pour acquise : {en_lettres(self.date_possible)}, "
            f"{self.motif_possible}."
        )

    def est_prescrite(self, jour: date) -> bool:
        """Whether the period is over on that day (Code civil, art. 2229: once its last day is over)."""
        return jour > self.date_limite


class Alerte(Modele):
    """A warning that a person must read."""

    gravite: Gravite
    date_limite: date
    phrase: str


def depart(echeance: date, execution: date | None) -> date:
    """The day from which the period is counted: the earlier reading (Code civil, art. 2224 and 2233, 3°)."""
    return min(echeance, execution or echeance)


def prescription(
    echeance: date,
    execution: date | None,
    genre: Genre,
    droit: Droit,
    *,
    nature: Nature = Nature.CONTRAT,
    evenements: Sequence[Evenement] = (),
) -> Prescription:
    """The limitation period of a claim, with what interrupted it for certain.

    5 years (Code de commerce, art. L110-4), 2 years against a consumer (Code de la consommation,
    art. L218-2), 1 year for carriage (Code de commerce, art. L133-6), 4 years from the next 1 January
    against a public body (loi n° 68-1250, art. 1), 3 years for a home lease (loi n° 89-462, art. 7-1): of
    two that may apply, the one that ends first. An interruption starts a new period of the same length
    (Code civil, art. 2231). CPC art. 642 does not extend it. Raises ParametreNonCouvert.
    """
    premier = depart(echeance, execution)
    parametre, delai = min(_lus(premier, genre, nature, droit), key=lambda lu: lu[1].fin(premier))
    cours, effets = _Cours.depuis(delai, echeance, execution), []
    for evenement in sorted(evenements, key=lambda e: e.jour):
        parametre.exiger(evenement.jour)
        cours, effet = _apres(cours, evenement, regle(evenement.genre, genre), delai)
        effets.append(effet)
    return Prescription(
        depart=premier,
        date_limite=cours.certaine,
        texte=parametre.texte,
        niveau=parametre.au(premier).niveau,
        hypothese=_hypothese(echeance, execution, delai, _interruption(cours, effets)),
        reserve=RESERVES.get(nature, ""),
        interruption=cours.interruption,
        date_possible=cours.possible if cours.possible > cours.certaine else None,
        motif_possible=cours.motif if cours.possible > cours.certaine else "",
        effets=tuple(effets),
    )


def alerte(delai: Prescription, jour: date, seuils: SeuilsAlerte) -> Alerte | None:
    """The warning to give on that day about the end of the period; None when it is still far.

    Code civil, art. 2228 and 2229: the last day counts whole. The thresholds are calendar months.
    """
    limite = en_lettres(delai.date_limite)
    if delai.est_prescrite(jour):
        phrase = f"Prescription : le dernier jour utile était le {limite}, le délai paraît expiré."
        return Alerte(
            gravite=Gravite.DEPASSEE, date_limite=delai.date_limite, phrase=phrase + _details(delai)
        )
    seuil = seuils.atteint(delai.date_limite, jour)
    if seuil is None:
        return None
    phrase = (
        f"Prescription : le dernier jour utile est le {limite}, dans {seuil.mois} mois au plus. Le dépôt d'une "
        "requête en injonction de payer n'interrompt pas ce délai, la signification de l'ordonnance "
        "l'interrompt."
    )
    return Alerte(gravite=seuil.gravite, date_limite=delai.date_limite, phrase=phrase + _details(delai))


RESERVES = {
    Nature.BAIL_HABITATION: "Bail d'habitation : un délai propre peut s'appliquer, plus long ou plus court "
    "(loi n° 89-462 du 6 juillet 1989, art. 7-1). À faire vérifier par un juriste.",
    Nature.CREDIT_CONSOMMATION: "Crédit à la consommation : l'action peut relever d'un délai de forclusion, "
    "qui ne s'interrompt pas comme une prescription et court du premier incident non régularisé (Code de la "
    "consommation, art. R312-35). À faire vérifier par un juriste.",
    Nature.HORS_CONTRAT: "Créance sans contrat : le délai court du jour où le créancier a connu, ou aurait dû "
    "connaître, les faits (Code civil, art. 2224). À faire vérifier par un juriste.",
}


class _Delai(NamedTuple):
    depart: date
    ans: int
    public: bool

    def fin(self, depart: date) -> date:
        """The last day of such a period that starts on that day."""
        if self.public:
            return date(depart.year + self.ans, 12, 31)
        return fin_de_delai_mois_sans_report(depart, 12 * self.ans)


class _Cours(NamedTuple):
    """Where the period stands: what is certain, what another reading would give."""

    certaine: date
    possible: date
    motif: str = ""
    interruption: date | None = None
    par: str = ""

    @classmethod
    def depuis(cls, delai: _Delai, echeance: date, execution: date | None) -> _Cours:
        """The period before any event; it may start only at the later of the two days."""
        tardif = max(echeance, execution or echeance)
        motif = f"l'échéance du {en_lettres(echeance)} (Code civil, art. 2233, 3°)"
        if tardif > echeance:
            motif = f"l'exécution du {en_lettres(tardif)} (Cass. com., 26 février 2020, n° 18-25.036)"
        return cls(delai.fin(delai.depart), delai.fin(tardif), f"si le délai ne court que de {motif}")


def _apres(cours: _Cours, evenement: Evenement, loi: Regle, delai: _Delai) -> tuple[_Cours, EffetEvenement]:
    jour = evenement.jour
    effet, precision = _effet(cours, jour, loi, delai)
    dit = EffetEvenement(
        evenement=evenement,
        effet=effet,
        explication=loi.explication + precision,
        texte=loi.texte,
        niveau=loi.niveau,
    )
    if effet is Effet.AUCUN or loi.suspend:
        return cours, dit
    fin = delai.fin(jour)
    if effet is Effet.CERTAIN:
        certain = cours._replace(
            certaine=fin, interruption=jour, par=f"{loi.libelle} du {en_lettres(jour)} ({loi.texte})"
        )
        return certain._replace(possible=max(fin, cours.possible)), dit
    if fin <= cours.possible:
        return cours, dit
    motif = f"si {loi.libelle} du {en_lettres(jour)} interrompt le délai ({loi.texte})"
    return cours._replace(possible=fin, motif=motif), dit


def _effet(cours: _Cours, jour: date, loi: Regle, delai: _Delai) -> tuple[Effet, str]:
    """What an event of that day can still do, and why it does less than its rule says."""
    if loi.effet is Effet.AUCUN:
        return Effet.AUCUN, ""
    if jour < delai.depart:
        return Effet.AUCUN, " Sans effet ici : le délai n'avait pas commencé à courir."
    if jour > cours.possible:
        return Effet.AUCUN, " Sans effet ici : le délai était déjà expiré."
    if jour > cours.certaine:
        return Effet.POSSIBLE, f" Le délai était déjà expiré, sauf {cours.motif}."
    return loi.effet, ""


def _lus(depart: date, genre: Genre, nature: Nature, droit: Droit) -> Iterator[tuple[Parametre, _Delai]]:
    """The periods that may apply: that of the debtor, and that of the nature of the claim."""
    du_genre = {
        Genre.ENTREPRISE: droit.prescription_ans,
        Genre.PARTICULIER: droit.prescription_consommateur_ans,
        Genre.PUBLIC: droit.prescription_publique_ans,
    }[genre]
    de_la_nature = {
        Nature.TRANSPORT: droit.prescription_transport_ans,
        Nature.BAIL_HABITATION: droit.prescription_bail_ans,
        Nature.CREDIT_CONSOMMATION: droit.prescription_consommateur_ans,
    }.get(nature, du_genre)
    for parametre in (du_genre, de_la_nature):
        public = parametre is droit.prescription_publique_ans
        yield parametre, _Delai(depart, int(parametre.au(depart).valeur), public=public)


def _hypothese(echeance: date, execution: date | None, delai: _Delai, interruption: str) -> str:
    depuis = "du 1er janvier qui suit " if delai.public else "de "
    suite = f"{interruption}, et sans report de l'article 642 du CPC."
    if execution is None:
        return (
            f"Délai compté {depuis}l'échéance, la date d'exécution n'étant pas connue : si la prestation a "
            f"été achevée plus tôt, le délai peut expirer plus tôt ; {suite}"
        )
    evenement = "l'exécution de la prestation" if execution <= echeance else "l'échéance"
    return f"Délai compté {depuis}{evenement}, la plus ancienne des deux dates, par prudence ; {suite}"


def _interruption(cours: _Cours, effets: Sequence[EffetEvenement]) -> str:
    if cours.interruption is not None:
        return f"interrompu par {cours.par}, qui fait courir un nouveau délai de même durée (Code civil, art. 2231)"
    discutable = any(effet.effet is Effet.POSSIBLE for effet in effets)
    return f"sans interruption ni suspension {'certaine' if discutable else 'connue'}"


def _details(delai: Prescription) -> str:
    reserve = f" {delai.reserve}" if delai.reserve else ""
    return f" {delai.lecture}{reserve}"
