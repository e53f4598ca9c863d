"""The day after which a claim can no longer be brought."""

from __future__ import annotations

from datetime import date

from dossier.core.creance import Genre
from dossier.core.droit.corpus import Droit
from dossier.core.droit.delais import fin_de_delai_mois_sans_report
from dossier.core.droit.parametres import Parametre
from dossier.core.modele import Modele


class Prescription(Modele):
    """The limitation period as the alert counts it: the earliest reading."""

    depart: date
    date_limite: date
    """The last day on which the claim can be brought, never extended."""
    texte: str
    hypothese: str

    def est_prescrite(self, jour: date) -> bool:
        """Whether the period is over on that day (Code civil, art. 2229: once its last day is over)."""
        return jour > self.date_limite


def prescription(
    echeance: date, execution: date | None, genre: Genre, droit: Droit, *, transport: bool = False
) -> Prescription:
    """The limitation period of a claim, without any interruption or suspension.

    5 years (Code de commerce, art. L110-4), 2 years against a consumer (Code de la consommation,
    art. L218-2), 1 year for carriage (Code de commerce, art. L133-6), 4 years from the next 1 January
    against a public body (loi n° 68-1250, art. 1). CPC art. 642 does not extend it.
    Raises ParametreNonCouvert.
    """
    depart = min(echeance, execution or echeance)
    parametre = _duree(genre, transport, droit)
    public = parametre is droit.prescription_publique_ans
    ans = int(parametre.au(depart).valeur)
    limite = date(depart.year + ans, 12, 31) if public else fin_de_delai_mois_sans_report(depart, 12 * ans)
    return Prescription(
        depart=depart,
        date_limite=limite,
        texte=parametre.texte,
        hypothese=_hypothese(echeance, execution, "du 1er janvier qui suit " if public else "de "),
    )


def _duree(genre: Genre, transport: bool, droit: Droit) -> Parametre:
    if transport:
        return droit.prescription_transport_ans
    return {
        Genre.ENTREPRISE: droit.prescription_ans,
        Genre.PARTICULIER: droit.prescription_consommateur_ans,
        Genre.PUBLIC: droit.prescription_publique_ans,
    }[genre]


def _hypothese(echeance: date, execution: date | None, depuis: str) -> str:
    reserve = "sans interruption ni suspension connue, et sans report de l'article 642 du CPC"
    if execution is None:
        return (
            f"Délai compté {depuis}l'échéance, la date d'exécution n'étant pas connue : si la prestation a "
            f"été achevée plus tôt, le délai peut expirer plus tôt ; {reserve}."
        )
    evenement = "l'exécution de la prestation" if execution <= echeance else "l'échéance"
    return f"Délai compté {depuis}{evenement}, la plus ancienne des deux dates, par prudence ; {reserve}."
