"""The immutable events of a creance, and the chain of digests that binds them.

Each `Fait` wraps one `Contenu` (a versioned pydantic union). Its digest covers the exact JSON text
that is stored and the digest of the previous fait, so that an expert can check the chain with
`sha256sum` alone, without this code.
"""

from dossier.core.faits.chaine import GENESE, Contenu, Fait, empreinte_fait, enchainer, rupture_de_chaine
from dossier.core.faits.commun import Archive, Canal
from dossier.core.faits.creances import (
    AdresseVerifiee,
    CreanceAbandonnee,
    CreanceOuverte,
    CreanceSoldee,
    EtapeSautee,
)
from dossier.core.faits.dossiers import DerogationDonnee, DossierPrepare, DossierScelle
from dossier.core.faits.envois import (
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRemplace,
    EnvoiRetire,
    EnvoiSignale,
    RemiseDouteuse,
    RemiseTentee,
)
from dossier.core.faits.personnes import (
    AppelConsigne,
    ApprobationDonnee,
    Decision,
    QuestionPosee,
    ResultatAppel,
)
from dossier.core.faits.pieces import DocumentEtabli, GenreDocument, GenrePiece, PieceAjoutee
from dossier.core.faits.plis import (
    AccuseRecu,
    EvenementPli,
    GenreScan,
    IssuePli,
    PliDepose,
    ScanRecu,
    Sens,
    SourceAccuse,
    SuiviRecu,
)
from dossier.core.faits.sommes import AvoirEmis, EcheancierAccorde, EcheancierRompu, Mensualite, PaiementRecu
from dossier.core.faits.suites import (
    Destinataire,
    DossierRecu,
    DossierTransmis,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PremierActe,
    RequeteDeposee,
    SensOrdonnance,
)
from dossier.core.faits.suspensions import (
    CreanceDeclaree,
    LitigeLeve,
    LitigeOuvert,
    NatureProcedure,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
)

__all__ = [
    "GENESE",
    "AccuseRecu",
    "AdresseVerifiee",
    "AppelConsigne",
    "ApprobationDonnee",
    "Archive",
    "AvoirEmis",
    "Canal",
    "Contenu",
    "CreanceAbandonnee",
    "CreanceDeclaree",
    "CreanceOuverte",
    "CreanceSoldee",
    "Decision",
    "DerogationDonnee",
    "Destinataire",
    "DocumentEtabli",
    "DossierPrepare",
    "DossierRecu",
    "DossierScelle",
    "DossierTransmis",
    "EcheancierAccorde",
    "EcheancierRompu",
    "EnvoiFait",
    "EnvoiPrepare",
    "EnvoiRemplace",
    "EnvoiRetire",
    "EnvoiSignale",
    "EtapeSautee",
    "EvenementPli",
    "Fait",
    "GenreDocument",
    "GenrePiece",
    "GenreScan",
    "IssuePli",
    "LitigeLeve",
    "LitigeOuvert",
    "Mensualite",
    "NatureProcedure",
    "OppositionFormee",
    "OrdonnanceRendue",
    "OrdonnanceSignifiee",
    "PaiementRecu",
    "PieceAjoutee",
    "PliDepose",
    "PremierActe",
    "ProcedureCollectiveEcartee",
    "ProcedureCollectiveOuverte",
    "QuestionPosee",
    "RemiseDouteuse",
    "RemiseTentee",
    "RequeteDeposee",
    "ResultatAppel",
    "ScanRecu",
    "Sens",
    "SensOrdonnance",
    "SourceAccuse",
    "SuiviRecu",
    "empreinte_fait",
    "enchainer",
    "rupture_de_chaine",
]
