use clap::{CommandFactory, Parser};

use super::Cli;

#[test]
fn the_tree_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn commands_that_scripts_rely_on_parse() {
    let table = [
        "serve",
        "serve --data-dir d --listen 127.0.0.1:0 --platform-listen 127.0.0.1:0 --ops-listen 127.0.0.1:0 --config c --json",
        "serve --egress-allow 127.0.0.0/8 --egress-allow 10.0.0.0/8 --log-format json --set limits.rate_per_second=5",
        "key create --role agent --name support-bot --app clicksend --expires 30d",
        "key list --json",
        "key show k",
        "key rotate k --overlap 0",
        "key revoke k --yes",
        "key recover --data-dir d",
        "connection list clicksend --status active -L 5",
        "conn ls",
        "connection create clicksend --name production",
        "connection create clicksend --username u --password-file - --no-verify",
        "connection create clicksend --upstream builtin --account postern",
        "connection get c",
        "connection view c",
        "connection delete c --yes",
        "connection reconnect c --no-wait",
        "api /clicksend/v3/account -i",
        "api /keys -X DELETE -H X:y",
        "api /clicksend/v3/sms/send -F messages[][to]=+1 -f messages[][body]=x --connection c",
        "whoami --json",
        "sms send +15551234567 --body hello --schedule 90m",
        "sms send +1 +2 -b hello",
        "sms price +1 -b hello",
        "sms history --since 2026-01-01 --limit 5",
        "sms cancel id",
        "sms cancel --all -y",
        "sms send --list 3 -b hello --idempotency-key k",
        "sms receipts id",
        "sms receipts --mark-read",
        "sms inbound -L 5",
        "sms rules",
        "mms send +1 -b hello --media cat.png --subject Look",
        "mms price +1 -b hello --media https://example.com/cat.png",
        "mms history",
        "voice send +1 -b hello --lang en-au --voice male --require-input",
        "voice languages",
        "voice cancel id",
        "list ls",
        "list create people",
        "list rename people friends",
        "list delete 3 -y",
        "list duplicates people --fields phone_number,email",
        "list opt-outs people 1",
        "contact ls people --search last_name:Lee --page 2",
        "contact add people --phone +1 --first-name Ann --field custom1=x",
        "contact edit people 7 --email a@example.com",
        "contact delete people 7 -y",
        "contact import people people.csv --columns phone,first_name",
        "contact import people --watch 12",
        "contact export people -o people.csv",
        "template create hello -b hello",
        "template edit 3 -b bye",
        "campaign send people -b hello --schedule 12h",
        "campaign create people -b hello",
        "campaign price people -b hello --media cat.png",
        "campaign view 3 --mms",
        "campaign cancel 3 -y",
        "email add a@example.com",
        "email verify 3 token",
        "email verify 3 -token",
        "webhook list",
        "webhook add https://example.com/hook --on inbound,receipts",
        "webhook remove inbound/3 receipts/4 -y",
        "webhook secret --rotate -y",
        "webhook listen --forward-to http://127.0.0.1:3000/hook --on inbound --count 3",
        "webhook pushes --state waiting --webhook inbound/3 -L 5",
        "webhook tries push_17",
        "webhook replay push_17 push_18",
        "alert tries e -L 5",
        "alert replay e alert_17",
        "usage --month 2026-11",
        "whoami --profile production",
        "profile list",
        "profile add production --url https://postern.example --key-file -",
        "profile use production",
        "profile remove production -y",
        "operator sign-in ada --password-file -",
        "operator sign-out",
        "account create u --credit 5.00",
        "account list",
        "account credit u -1.00",
        "account key u -y",
        "approval list --state pending",
        "approval view id --wait 5",
        "approval approve id --operator ada -y",
        "approval deny id --operator ada --reason no",
        "operator create ada",
        "operator create ada --password-file -",
        "operator list",
        "operator password ada",
        "operator disable ada -y",
        "operator enable ada",
        "operator link ada",
        "simulator set --fail 12=0.25 --fail 14=0.1 --lost 0.1 --delay 0-500 --seed 7",
        "simulator show --connection c",
        "simulator handset +15551234567 off",
        "simulator clock --advance 2h --freeze",
        "vault rotate --retire -y",
        "vault rotate --pepper",
        "config check --config c",
        "config show",
        "config keys",
        "config defaults",
        "doctor --local-only --thorough",
        "backup file.db --data-dir d",
        "restore file.db --vault-key-file k",
        "migrate",
        "mcp --connection c --url http://x",
        "completion zsh",
        "man pages",
        "exit-codes",
    ];
    for line in table {
        let words = std::iter::once("postern").chain(line.split(' '));
        if let Err(error) = Cli::try_parse_from(words) {
            panic!("{line}: {error}");
        }
    }
}

#[test]
fn command_lines_that_cannot_mean_anything_are_refused() {
    let table = [
        "sms send",
        "sms send +1",
        "sms send +1 -b x --body-file y",
        "sms cancel",
        "sms cancel id --all",
        "sms send +1 --list 3 -b x",
        "mms send +1 -b hello",
        "contact import people",
        "contact import people people.csv --watch 3",
        "template edit 3",
        "profile add production --key-file f --no-key",
        "key create",
        "key create --name n --role admin",
        "key create --name n --rule sends",
        "connection create clicksend --password-file p",
        "connection list --status BROKEN",
        "serve --set limits",
        "operator create",
        "completion tcsh",
        "frobnicate",
    ];
    for line in table {
        let words = std::iter::once("postern").chain(line.split(' '));
        assert!(Cli::try_parse_from(words).is_err(), "{line}");
    }
}

#[test]
fn every_command_says_where_it_works() {
    fn walk(command: &clap::Command, path: &str, missing: &mut Vec<String>) {
        for sub in command
            .get_subcommands()
            .filter(|sub| sub.get_name() != "help")
        {
            let path = format!("{path} {}", sub.get_name());
            if sub.get_subcommands().next().is_some() {
                walk(sub, &path, missing);
                continue;
            }
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            let says = ["running server", "data directory", "the server"]
                .iter()
                .any(|place| about.contains(place));
            if !says {
                missing.push(path);
            }
        }
    }
    let mut missing = Vec::new();
    walk(&Cli::command(), "", &mut missing);
    let talk_to_nobody = [
        " audit verify",
        " config check",
        " config show",
        " config keys",
        " config defaults",
        " completion",
        " man",
        " exit-codes",
    ];
    assert_eq!(missing, talk_to_nobody);
}
