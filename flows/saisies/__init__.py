"""The operator's forms: each is a deployment whose parameters the Prefect UI shows as a form.

Each records a fait through `dossier.services.saisies`, wakes the run of the creance, and answers with a
page. Bad input turns the form's run red with one French sentence; nothing else changes.
"""

from flows.saisies.appels import appel
from flows.saisies.cours import (
    abandonner,
    changer_scenario,
    lever_litige,
    ouvrir_litige,
    reprendre,
    suspendre,
)
from flows.saisies.dossiers import assembler, ne_plus_refaire
from flows.saisies.pieces import etablir_document, piece, retirer_piece
from flows.saisies.plis import accuse, changer_adresse, depot, repondre, retirer_pli
from flows.saisies.procedure import creance_declaree, ecarter_procedure, procedure_collective
from flows.saisies.sommes import annuler_paiement, avoir, echeancier, paiement, promesse
from flows.saisies.suites import (
    acte_d_execution,
    deroger,
    opposition_formee,
    ordonnance_rendue,
    ordonnance_signifiee,
    refaire,
    remettre,
    remise_recue,
    requete_deposee,
    solder,
)

FORMULAIRES = (
    paiement,
    annuler_paiement,
    avoir,
    promesse,
    echeancier,
    repondre,
    depot,
    accuse,
    retirer_pli,
    changer_adresse,
    ouvrir_litige,
    lever_litige,
    suspendre,
    reprendre,
    changer_scenario,
    procedure_collective,
    ecarter_procedure,
    creance_declaree,
    abandonner,
    appel,
    etablir_document,
    piece,
    retirer_piece,
    deroger,
    assembler,
    refaire,
    ne_plus_refaire,
    remettre,
    remise_recue,
    requete_deposee,
    ordonnance_rendue,
    ordonnance_signifiee,
    acte_d_execution,
    opposition_formee,
    solder,
)
