"""All that was read of the law: one field, one file of config/droit."""

from __future__ import annotations

from pydantic import model_validator

from dossier.core.droit.alertes import SeuilsAlerte
from dossier.core.droit.completude import ReglesDeCompletude
from dossier.core.droit.conventions import Conventions
from dossier.core.droit.juridiction import CarteJudiciaire
from dossier.core.droit.lre import ReglesLre
from dossier.core.droit.mentions import Mentions
from dossier.core.droit.ordonnance import ReglesOrdonnance
from dossier.core.droit.parametres import Parametre, Verifie
from dossier.core.droit.procedure_collective import ReglesProcedureCollective
from dossier.core.droit.regles_voies import ReglesVoies
from dossier.core.droit.territoires import Territoires
from dossier.core.modele import Modele


class Droit(Modele):
    """Every figure that the rules need; each field is read from config/droit/<field>.yaml."""

    bce: Parametre
    majoration: Parametre
    majoration_publique: Parametre
    multiple_plancher: Parametre
    til_pro: Parametre
    til_particuliers: Parametre
    indemnite: Parametre
    indemnite_publique: Parametre
    prescription_ans: Parametre
    prescription_consommateur_ans: Parametre
    prescription_transport_ans: Parametre
    prescription_publique_ans: Parametre
    prescription_bail_ans: Parametre
    prescription_alertes: SeuilsAlerte
    conventions: Conventions
    juridictions: CarteJudiciaire
    territoires: Territoires
    ordonnance: ReglesOrdonnance
    procedure_collective: ReglesProcedureCollective
    lre: ReglesLre
    completude: ReglesDeCompletude
    voies: ReglesVoies
    mentions: Mentions

    @model_validator(mode="after")
    def _a_leur_place(self) -> Droit:
        for champ, verifie in self.parties().items():
            if verifie.nom != champ:
                raise ValueError(
                    f"config/droit/{champ}.yaml porte le nom « {verifie.nom} » au lieu de « {champ} »"
                )
        return self

    def parties(self) -> dict[str, Verifie]:
        """Each field by its name, in the order in which the law is read."""
        return {champ: getattr(self, champ) for champ in type(self).model_fields}
