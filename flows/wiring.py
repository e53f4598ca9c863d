"""The composition root: settings in, one frozen set of adapters out. Nothing else instantiates an adapter."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from dossier.adapters.bag import SacBagIt
from dossier.adapters.boite_folder import BoiteFolder
from dossier.adapters.boite_s3 import BoiteS3
from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.adapters.clock import RealClock, SimulatedClock
from dossier.adapters.config_yaml import charger, charger_droit
from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.adapters.courriel_html import MiseEnPage
from dossier.adapters.decompte_xlsx import en_xlsx
from dossier.adapters.journal_sql import JournalSql
from dossier.adapters.lecture_scan import LecteurIsole
from dossier.adapters.mail_smtp import MessagerieSmtp
from dossier.adapters.pades import horodater_pdf
from dossier.adapters.post_manual import PosteManuelle
from dossier.adapters.render_docx import RenduDocx
from dossier.adapters.render_texte import RenduTexte
from dossier.adapters.store_folder import StoreFolder
from dossier.adapters.store_s3 import Retention, StoreS3, client_s3
from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    HorodateursSuccessifs,
    autorite_http,
    autorite_locale,
)
from dossier.adapters.transporteurs.ar24 import PosteAr24
from dossier.adapters.transporteurs.laposte import SuiviLaPoste
from dossier.adapters.transporteurs.maileva import PosteMaileva
from dossier.core.creance import Creancier
from dossier.core.errors import ConfigurationInvalide
from dossier.core.messages import en_francais, raison
from dossier.core.ports import Boite, Clock, Horodateur, LecteurDeScan, Poste, Store, Suivi
from dossier.core.scenario import Scenario
from dossier.core.tableau import Ventes
from dossier.services.outils import Outils
from flows.settings import Settings


@cache
def settings() -> Settings:
    """The settings of this process. Raises ConfigurationInvalide, naming the variable."""
    try:
        return Settings()
    except ValidationError as error:
        fautes = " ; ".join(_variable(detail) for detail in error.errors())
        raise ConfigurationInvalide(f"Réglages du service à corriger : {fautes}.") from error


def _variable(detail: ErrorDetails) -> str:
    """`DOSSIER_RECOMMANDE : …`, without its value: it may be a secret."""
    return f"DOSSIER_{'_'.join(map(str, detail['loc'])).upper()} : {en_francais(detail)}"


@cache
def outils() -> Outils:
    """Every adapter of this process, made once. Raises ConfigurationInvalide with the file and the line."""
    reglages = settings()
    creancier = charger(reglages.config / "creancier.yaml", Creancier)
    horodateur = _horodateur(reglages)
    return Outils(
        clock=_clock(reglages),
        journal=JournalSql(
            reglages.journal.get_secret_value() or f"sqlite:///{reglages.donnees / 'journal.sqlite'}"
        ),
        store=_store(reglages),
        horodateur=horodateur,
        rendu=RenduDocx(reglages.templates, creancier.couleur, _logo(reglages, creancier)),
        mise_en_page=MiseEnPage(reglages.templates, creancier.couleur),
        texte=RenduTexte(reglages.templates),
        convertisseur=ConvertisseurUno(reglages.donnees / "conversion"),
        messagerie=_messagerie(reglages, creancier),
        poste=PosteManuelle(reglages.donnees / "a-poster"),
        recommande=_recommande(reglages),
        suivis=_suivis(reglages),
        relieur=RelieurPypdf(),
        sac=SacBagIt(horodateur),
        horodater_pdf=horodater_pdf,
        tableur=en_xlsx,
        creancier=creancier,
        droit=charger_droit(reglages.config / "droit"),
        scenarios=_scenarios(reglages),
    )


def _logo(reglages: Settings, creancier: Creancier) -> Path | None:
    return reglages.config / creancier.logo if creancier.logo else None


def _clock(reglages: Settings) -> Clock:
    return SimulatedClock(reglages.horloge) if reglages.horloge else RealClock()


def _store(reglages: Settings) -> Store:
    if not reglages.store:
        return StoreFolder(reglages.donnees / "preuves")
    if not reglages.store.startswith("s3://"):
        raise ConfigurationInvalide(
            f"DOSSIER_STORE vaut « {reglages.store} » : attendu s3://bucket/prefixe, ou rien pour un dossier local."
        )
    bucket, _, prefixe = reglages.store.removeprefix("s3://").partition("/")
    client = _client_s3(reglages)
    retention = None
    if reglages.s3_retention_jours is not None:
        retention = Retention(reglages.s3_retention_jours, reglages.s3_retention_mode, RealClock().now)
    return StoreS3(bucket, prefixe, client, retention, geler=reglages.s3_gel)


def _client_s3(reglages: Settings) -> Any:
    secret = reglages.s3_secret.get_secret_value() if reglages.s3_secret else None
    return client_s3(reglages.s3_endpoint, reglages.s3_region, cle_acces=reglages.s3_cle, cle_secrete=secret)


def _horodateur(reglages: Settings) -> Horodateur:
    anciennes = [racine.read_bytes() for racine in reglages.horodatage_anciennes]
    if reglages.horodatage_secours and not reglages.horodatage_url:
        raise ConfigurationInvalide(
            "DOSSIER_HORODATAGE_SECOURS est réglé sans DOSSIER_HORODATAGE_URL : indiquez d'abord l'autorité "
            "principale."
        )
    if not reglages.horodatage_url:
        envoyer, racine = autorite_locale(reglages.donnees / "horodatage")
        return HorodateursSuccessifs([HorodateurRfc3161(envoyer, racine, MENTION_LOCALE)], anciennes)
    if reglages.horodatage_racine is None or not reglages.horodatage_racine.is_file():
        raise ConfigurationInvalide(
            "DOSSIER_HORODATAGE_URL est réglé sans DOSSIER_HORODATAGE_RACINE : indiquez le fichier PEM de la "
            "racine que publie cette autorité, sans quoi aucun jeton ne peut être vérifié."
        )
    premiere = autorite_http(reglages.horodatage_url, reglages.horodatage_racine, reglages.horodatage_mention)
    secours = [
        autorite_http(a.url.get_secret_value(), a.racine, a.mention) for a in reglages.horodatage_secours
    ]
    return HorodateursSuccessifs([premiere, *secours], anciennes, maintenant=RealClock().now)


def _messagerie(reglages: Settings, creancier: Creancier) -> MessagerieSmtp:
    secret = reglages.smtp_mot_de_passe.get_secret_value() if reglages.smtp_mot_de_passe else None
    return MessagerieSmtp(
        reglages.smtp_hote,
        reglages.smtp_port,
        f"{creancier.denomination} <{creancier.email}>",
        reglages.smtp_utilisateur,
        secret,
        reglages.smtp_tls,
    )


def _recommande(reglages: Settings) -> Poste | None:
    """What takes registered letters; None when a person posts them."""
    if reglages.recommande == "maileva":
        return _maileva(reglages)
    return _ar24(reglages) if reglages.recommande == "ar24" else None


def _suivis(reglages: Settings) -> dict[str, Suivi]:
    """Every carrier that the settings give access to: one that is no longer used still tells its old letters."""
    suivis: dict[str, Suivi] = {}
    if reglages.laposte_cle is not None:
        suivis[""] = SuiviLaPoste(reglages.laposte_cle.get_secret_value(), reglages.laposte_url)
    if reglages.maileva_client:
        maileva = _maileva(reglages)
        suivis[maileva.nom] = maileva
    if reglages.ar24_jeton is not None:
        ar24 = _ar24(reglages)
        suivis[ar24.nom] = ar24
    return suivis


def _maileva(reglages: Settings) -> PosteMaileva:
    return PosteMaileva(
        reglages.maileva_client,
        _secret(reglages.maileva_secret),
        reglages.maileva_utilisateur,
        _secret(reglages.maileva_mot_de_passe),
        url=reglages.maileva_url,
        url_connexion=reglages.maileva_url_connexion,
    )


def _ar24(reglages: Settings) -> PosteAr24:
    jeton, cle = _secret(reglages.ar24_jeton), _secret(reglages.ar24_cle)
    return PosteAr24(jeton, cle, reglages.ar24_expediteur, _clock(reglages), base=reglages.ar24_url)


def _secret(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


@cache
def boite() -> Boite:
    """Where scans arrive; a folder is made if need be. Raises ConfigurationInvalide."""
    lieu = settings().reception
    if lieu.startswith("s3://"):
        bucket, _, prefixe = lieu.removeprefix("s3://").partition("/")
        return BoiteS3(bucket, prefixe, _client_s3(settings()))
    dossier = Path(lieu) if lieu else settings().donnees / "reception"
    try:
        dossier.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationInvalide(
            f"La boîte de réception {dossier} ne peut pas être créée ({raison(error)}) : corrigez "
            "DOSSIER_RECEPTION."
        ) from error
    return BoiteFolder(dossier)


def ventes() -> Ventes | None:
    """What the creditor sold each month, read anew each time; None without `config/ventes.yaml`.

    Raises ConfigurationInvalide with the line.
    """
    fichier = settings().config / "ventes.yaml"
    return charger(fichier, Ventes) if fichier.is_file() else None


@cache
def lecteur_de_scan() -> LecteurDeScan:
    return LecteurIsole()


def _scenarios(reglages: Settings) -> dict[str, Scenario]:
    fichiers = sorted((reglages.config / "scenarios").glob("*.yaml"))
    if not fichiers:
        raise ConfigurationInvalide(
            f"Aucun scénario dans {reglages.config / 'scenarios'} : il en faut un au moins."
        )
    scenarios = [charger(fichier, Scenario) for fichier in fichiers]
    for fichier, scenario in zip(fichiers, scenarios, strict=True):
        if fichier.stem != scenario.nom:
            raise ConfigurationInvalide(
                f"{fichier} : le scénario s'y nomme « {scenario.nom} » ; il doit porter le nom du fichier."
            )
        _modeles_presents(fichier, scenario, reglages.templates)
    return {scenario.nom: scenario for scenario in scenarios}


def _modeles_presents(fichier: Path, scenario: Scenario, templates: Path) -> None:
    for etape in scenario.etapes:
        for modele, extension in etape.modeles:
            if not (templates / f"{modele}.{extension}").is_file():
                raise ConfigurationInvalide(
                    f"{fichier} : l'étape « {etape.nom} » utilise {modele}.{extension}, absent de {templates}."
                )
