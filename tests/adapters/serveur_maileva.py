"""A local HTTP server that plays Maileva: same paths, same fields, same refusals, and faults on demand."""

from __future__ import annotations

import json
import re
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

CLIENT, SECRET, UTILISATEUR, MOT_DE_PASSE = "appli.dossier", "secret-du-client", "martin", "mot-de-passe"
JETON = "/auth/realms/services/protocol/openid-connect/token"
BASE = "/registered_mail/v4"
ABONNEMENTS = "/notification_center/v2/subscriptions"
JOUR = "2026-03-02T09:00:00.000Z"
PDF = b"%PDF-1.4 "


class Panne(NamedTuple):
    """What happens to the calls whose « METHODE chemin » matches `motif`, `fois` times."""

    motif: str
    statut: int = 0
    """Answered instead of the truth; 0 hangs up."""
    corps: bytes = b""
    apres: bool = False
    """Whether the call takes effect all the same."""
    attente: float = 0.0
    entetes: tuple[tuple[str, str], ...] = ()
    fois: int = 1
    sauf: int = 0
    """Calls that match but are left alone first."""


class ServeurMaileva:
    """`with ServeurMaileva() as maileva:` listens on `maileva.url` for the API and for the tokens alike."""

    def __init__(self) -> None:
        self.envois: dict[str, dict[str, Any]] = {}
        self.documents: dict[str, list[dict[str, Any]]] = {}
        self.contenus: dict[str, bytes] = {}
        self.destinataires: dict[str, list[dict[str, Any]]] = {}
        self.preuves: list[dict[str, Any]] = []
        self.pdfs: dict[str, bytes] = {}
        self.abonnements: list[dict[str, Any]] = []
        self.evenements_refuses: set[str] = set()
        self.jetons: set[str] = set()
        self.appels: list[str] = []
        self.soumissions: list[str] = []
        self.par_page = 500
        self.jetons_donnes = 0
        self.duree: Any = 300
        self._pannes: list[list[Any]] = []
        self._verrou = threading.RLock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _gestionnaire(self))
        self._fil = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._fil.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._fil.join()
        self._http.server_close()

    def casser(self, *pannes: Panne) -> None:
        self._pannes += [[panne, panne.sauf, panne.fois] for panne in pannes]

    def reparer(self) -> None:
        self._pannes.clear()

    def panne_de(self, appel: str) -> Panne | None:
        with self._verrou:
            for suivi in self._pannes:
                panne, sauf, fois = suivi
                if not re.search(panne.motif, appel):
                    continue
                if sauf:
                    suivi[1] -= 1
                elif fois:
                    suivi[2] -= 1
                    return panne
        return None

    def compte(self, motif: str) -> int:
        return sum(re.search(motif, appel) is not None for appel in self.appels)

    def envoi(self, **champs: Any) -> dict[str, Any]:
        """A sending made by someone else, or in another life."""
        envoi = {"id": str(uuid4()), "name": "autre", "status": "DRAFT", "creation_date": JOUR, **champs}
        self.envois[envoi["id"]] = envoi
        self.documents.setdefault(envoi["id"], [])
        self.destinataires.setdefault(envoi["id"], [])
        return envoi

    def avancer(self, envoi_id: str, code: str, date: str = JOUR, **champs: Any) -> None:
        envoi = self.envois[envoi_id]
        envoi["status"] = code
        envoi.setdefault("statuses", []).append({"code": code, "date": date})
        envoi.update(champs)

    def traiter(self, methode: str, chemin: str, requete: dict[str, str], corps: bytes, entetes: Any) -> Any:
        """A status and a body: a dict for JSON, bytes for a PDF, None for nothing."""
        with self._verrou:
            if chemin == JETON:
                return self._jeton(corps)
            if entetes.get("Authorization", "").removeprefix("Bearer ") not in self.jetons:
                return 401, {"code": "UNAUTHORIZED", "message": "jeton invalide"}
            if chemin == ABONNEMENTS:
                return self._abonnement(methode, requete, corps)
            if chemin == f"{BASE}/global_deposit_proofs":
                choisies = [p for p in self.preuves if p["sending_id"] == requete["sending_id"]]
                return 200, {"global_deposit_proofs": choisies, "paging": {"total_results": len(choisies)}}
            if chemin.removeprefix(BASE) in self.pdfs:
                return 200, self.pdfs[chemin.removeprefix(BASE)]
            return self._envois(methode, chemin.removeprefix(f"{BASE}/sendings"), requete, corps, entetes)

    def _jeton(self, corps: bytes) -> Any:
        recu = {cle: valeurs[0] for cle, valeurs in parse_qs(corps.decode()).items()}
        attendu = {
            "grant_type": "password",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "username": UTILISATEUR,
            "password": MOT_DE_PASSE,
        }
        if recu != attendu:
            return 401, {"error": "invalid_grant", "error_description": "Invalid user credentials"}
        self.jetons_donnes += 1
        jeton = f"jeton-{self.jetons_donnes}"
        self.jetons.add(jeton)
        return 200, {"access_token": jeton, "expires_in": self.duree, "token_type": "bearer"}

    def _abonnement(self, methode: str, requete: dict[str, str], corps: bytes) -> Any:
        if methode == "GET":
            return 200, self._page("subscriptions", self.abonnements, requete)
        demande = json.loads(corps)
        if demande["event_type"] in self.evenements_refuses:
            return 400, {"errors": [{"code": "INVALID_EVENT_TYPE", "message": "évènement inconnu"}]}
        self.abonnements.append({"id": str(uuid4()), **demande})
        return 201, self.abonnements[-1]

    def _page(self, nom: str, tous: list[dict[str, Any]], requete: dict[str, str]) -> dict[str, Any]:
        debut = int(requete.get("start_index", 1)) - 1
        combien = min(int(requete.get("count", 50)), self.par_page)
        page: dict[str, Any] = {"total_results": len(tous)}
        if debut + combien < len(tous):
            page["next"] = f"?start_index={debut + combien + 1}&count={combien}"
        return {nom: tous[debut : debut + combien], "paging": page}

    def _envois(self, methode: str, reste: str, requete: dict[str, str], corps: bytes, entetes: Any) -> Any:
        if not reste:
            if methode == "GET":
                return 200, self._page("sendings", list(self.envois.values()), requete)
            return 201, self.envoi(**json.loads(corps))
        _, envoi_id, *sous = reste.split("/")
        envoi = self.envois.get(envoi_id)
        if envoi is None:
            return 404, None
        if methode == "GET":
            return self._lecture(envoi, sous)
        if envoi["status"] != "DRAFT":
            return 400, {"errors": [{"code": "SENDING_STATUS_IS_NOT_DRAFT", "message": "envoi déjà soumis"}]}
        if methode == "DELETE":
            del self.envois[envoi_id]
            return 204, None
        return self._ajout(envoi, sous, corps, entetes)

    def _lecture(self, envoi: dict[str, Any], sous: list[str]) -> Any:
        page = {"paging": {"total_results": 1}}
        match sous:
            case []:
                return 200, envoi
            case ["documents"]:
                return 200, {"documents": self.documents[envoi["id"]], **page}
            case ["recipients"]:
                return 200, {"recipients": self.destinataires[envoi["id"]], **page}
        return 404, None

    def _ajout(self, envoi: dict[str, Any], sous: list[str], corps: bytes, entetes: Any) -> Any:
        match sous:
            case ["documents"]:
                parties = _multipart(corps, entetes["Content-Type"])
                metadata = json.loads(parties["metadata"])
                self.contenus[envoi["id"]] = parties["document"]
                document = {"id": str(uuid4()), "type": "application/pdf", "status": "PENDING", **metadata}
                self.documents[envoi["id"]].append(document)
                return 201, document
            case ["recipients"]:
                destinataire = {"id": str(uuid4()), "status": "DRAFT", **json.loads(corps)}
                trop = [c for c, v in destinataire.items() if c.startswith("address") and len(v) > 38]
                if trop:
                    return 400, {"errors": [{"code": f"{c.upper()}_TOO_LONG", "message": c} for c in trop]}
                self.destinataires[envoi["id"]].append(destinataire)
                return 201, destinataire
            case ["submit"]:
                self.soumissions.append(envoi["id"])
                self.avancer(envoi["id"], "PENDING", submission_date=JOUR)
                return 200, None
        return 404, None


def _multipart(corps: bytes, type_: str) -> dict[str, bytes]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + type_.encode() + b"\r\n\r\n" + corps)
    return {
        str(partie.get_param("name", header="content-disposition")): partie.get_payload(decode=True)
        for partie in message.iter_parts()
    }


def _gestionnaire(maileva: ServeurMaileva) -> type[BaseHTTPRequestHandler]:
    class Gestionnaire(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _servir(self) -> None:
            adresse = urlsplit(self.path)
            requete = {cle: valeurs[0] for cle, valeurs in parse_qs(adresse.query).items()}
            corps = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            appel = f"{self.command} {adresse.path}"
            maileva.appels.append(appel)
            panne = maileva.panne_de(appel)
            if panne is None or panne.apres:
                statut, reponse = maileva.traiter(self.command, adresse.path, requete, corps, self.headers)
            if panne is None:
                self._repondre(statut, reponse, ())
                return
            time.sleep(panne.attente)  # noqa: TID251 - a slow carrier
            if panne.statut:
                self._repondre(panne.statut, panne.corps, panne.entetes)
            else:
                self.close_connection = True

        def _repondre(self, statut: int, reponse: Any, entetes: Any) -> None:
            octets = b"" if reponse is None else reponse
            if isinstance(octets, dict):
                octets = json.dumps(octets, ensure_ascii=False).encode()
            self.send_response(statut)
            for nom, valeur in (("Content-Length", str(len(octets))), *entetes):
                self.send_header(nom, valeur)
            self.end_headers()
            self.wfile.write(octets)

        do_GET = do_POST = do_DELETE = _servir  # noqa: N815 - the names http.server calls

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing on the terminal."""

    return Gestionnaire
