//! No inner address is dialled, whatever name it hides behind; what was judged is what is dialled.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use postern_egress::{Egress, Phase, Resolver, Rules, SendErrorKind, client_config};
use postern_testkit::ScriptedUpstream;

use crate::setup::{get, rules, send, text, upstream, with};

#[tokio::test]
async fn inner_addresses_are_refused_in_every_spelling() {
    let peer = ScriptedUpstream::echo().await;
    let egress = with(Rules::default());
    let port = peer.address.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "169.254.169.254",
    ] {
        let error = send(
            &egress,
            get("/"),
            &upstream(&format!("http://{host}:{port}")),
        )
        .await
        .err()
        .expect(host);
        assert_eq!(error.phase, Phase::BeforeFirstByte, "{host}");
        assert!(
            matches!(
                error.kind,
                SendErrorKind::AddressRefused | SendErrorKind::Resolve(_)
            ),
            "{host}: {error}"
        );
    }
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn a_name_is_resolved_once_and_only_open_addresses_are_dialled() {
    let peer = ScriptedUpstream::echo().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    // The second answer is the attack: by then the first one has been judged.
    let resolver = Resolver::Custom(Arc::new(move |_| {
        let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
        let addresses: Vec<IpAddr> = if first {
            vec!["10.0.0.1", "127.0.0.1"]
        } else {
            vec!["127.0.0.2"]
        }
        .into_iter()
        .map(|text| text.parse().expect("ip"))
        .collect();
        Box::pin(async move { Ok(addresses) })
    }));
    let egress = Egress::new(rules(), client_config(None).expect("roots"), resolver);
    let target = upstream(&format!("http://rebind.test:{}", peer.address.port()));
    let echoed = text(
        send(&egress, get("/"), &target)
            .await
            .expect("10.0.0.1 is skipped"),
    )
    .await;
    assert!(
        echoed.contains(&format!("host: rebind.test:{}\r\n", peer.address.port())),
        "{echoed}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_name_with_only_inner_addresses_is_refused() {
    let resolver = Resolver::Custom(Arc::new(|_| {
        Box::pin(async {
            Ok(vec![
                "10.0.0.1".parse().expect("ip"),
                "fd00::1".parse().expect("ip"),
            ])
        })
    }));
    let egress = Egress::new(
        Rules::default(),
        client_config(None).expect("roots"),
        resolver,
    );
    let error = send(&egress, get("/"), &upstream("http://inner.test"))
        .await
        .err()
        .expect("refused");
    assert!(matches!(error.kind, SendErrorKind::AddressRefused));
}
