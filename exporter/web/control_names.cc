#include "exporter/web/control_names.h"

#include <algorithm>
#include <array>

namespace clawvigil::web {

namespace {

struct NamedControl {
  std::string_view id;
  Phrase name;
};

constexpr std::array kAreas{
    NamedArea{"exposure", {"Exposure", "Exposition"}},
    NamedArea{"access", {"Access", "Accès"}},
    NamedArea{"agent", {"The agent", "L'agent"}},
    NamedArea{"secrets", {"Secrets", "Secrets"}},
    NamedArea{"spend", {"Spending", "Dépenses"}},
    NamedArea{"host", {"The host", "L'hôte"}},
    NamedArea{"self", {"clawvigil itself", "clawvigil lui-même"}},
};

constexpr std::array kControls{
    NamedControl{
        "A1",
        {"Strangers are turned away, and it shows", "Les inconnus sont refusés, et cela se voit"}},
    NamedControl{"A2", {"Only you may write to the agent", "Vous seul pouvez écrire à l'agent"}},
    NamedControl{"A3",
                 {"No channel, sender or device is new",
                  "Aucun canal, expéditeur ou appareil n'est nouveau"}},
    NamedControl{"A4", {"Private messages stay apart", "Les messages privés restent séparés"}},
    NamedControl{"A5", {"Nobody tries to get in", "Personne n'essaie d'entrer"}},
    NamedControl{"A6", {"fail2ban protects the logins", "fail2ban protège les connexions"}},
    NamedControl{"A7", {"SSH: keys only, no root", "SSH\u00A0: clés seulement, pas de root"}},
    NamedControl{"H1", {"The system is up to date", "Le système est à jour"}},
    NamedControl{"H2", {"OpenClaw is up to date", "OpenClaw est à jour"}},
    NamedControl{
        "H3", {"Backups exist and can be restored", "Des sauvegardes existent et se restaurent"}},
    NamedControl{"H4",
                 {"Logs and sessions are not kept for ever",
                  "Journaux et sessions ne sont pas gardés sans fin"}},
    NamedControl{"H5", {"Nothing odd is committed", "Rien d'étrange n'est validé dans git"}},
    NamedControl{"H6", {"OpenClaw's own audit is clean", "L'audit d'OpenClaw est propre"}},
    NamedControl{"H7", {"The gateway is healthy", "La passerelle va bien"}},
    NamedControl{"M1", {"clawvigil sees and can tell you", "clawvigil voit et peut vous prévenir"}},
    NamedControl{"P1", {"Tokens and money as usual", "Tokens et argent comme d'habitude"}},
    NamedControl{"P2",
                 {"Limits are set and not reached", "Des limites sont fixées et pas atteintes"}},
    NamedControl{"P3", {"The agent has no privileges", "L'agent n'a pas de privilèges"}},
    NamedControl{"P4",
                 {"Tools, plugins and sandbox are tight",
                  "Outils, extensions et bac à sable sont restreints"}},
    NamedControl{"P5", {"Risky actions are asked for", "Les actions risquées sont soumises"}},
    NamedControl{"S1", {"Keys are young enough", "Les clés sont assez récentes"}},
    NamedControl{"S2", {"Files are closed to others", "Les fichiers sont fermés aux autres"}},
    NamedControl{"S3", {"No secret lies around", "Aucun secret ne traîne"}},
    NamedControl{"S4", {"Secrets are not in plain text", "Les secrets ne sont pas en clair"}},
    NamedControl{
        "S5",
        {"Nobody else changed the configuration", "Personne d'autre n'a changé la configuration"}},
    NamedControl{"X1",
                 {"The gateway is not reachable from outside",
                  "La passerelle n'est pas accessible de l'extérieur"}},
    NamedControl{"X2", {"No unexpected port is open", "Aucun port inattendu n'est ouvert"}},
    NamedControl{"X3", {"The gateway asks for a login", "La passerelle demande une connexion"}},
    NamedControl{"X4", {"The firewall is on and tight", "Le pare-feu est actif et strict"}},
    NamedControl{"X5", {"HTTPS is sound", "HTTPS est sain"}},
    NamedControl{"X6", {"Tailscale stays private", "Tailscale reste privé"}},
    NamedControl{
        "X7",
        {"It connects to expected places only", "Il ne se connecte qu'aux endroits attendus"}},
};

}  // namespace

std::span<const NamedArea> areas() { return kAreas; }

Phrase name_of_control(std::string_view control) {
  const auto* const found = std::ranges::find(kControls, control, &NamedControl::id);
  return found == kControls.end() ? Phrase(control) : found->name;
}

}  // namespace clawvigil::web
