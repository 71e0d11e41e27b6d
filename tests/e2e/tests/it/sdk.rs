//! The official SDKs, unchanged: they validate every field they know, and raise on one wrong type.

use crate::history;
use anyhow::Result;
use postern_e2e::{Home, script};

mod with_sdk6 {
    use super::*;
    use postern_e2e::peers;

    #[tokio::test]
    async fn natively_and_through_the_gateway() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let python = peers::python_sdk6()?;
        let text = include_str!("sdk/sdk6.py");
        let gateway = format!("{}/clicksend", server.gateway_url());
        let native = server.platform_url();
        let first = &server.first;
        let ways: [(&str, Vec<(&str, &str)>); 2] = [
            ("gateway", vec![("HOST", &gateway), ("KEY", &first.api_key)]),
            (
                "native",
                vec![
                    ("HOST", &native),
                    ("USERNAME", &first.platform_username),
                    ("PASSWORD", &first.platform_api_key),
                ],
            ),
        ];
        for (number, (way, variables)) in ways.iter().enumerate() {
            let said = script::json(
                &python,
                text,
                variables,
                home.path(),
                &format!("sdk6-{way}.py"),
            )?;
            assert_eq!(
                said["done"], 12,
                "{way}: every call of the script came through: {said}"
            );
            let rows = history::all(&server.native(), "").await?;
            assert_eq!(rows.len(), 3 * (number + 1), "{way}");
        }
        Ok(())
    }
}

mod with_sdk5 {
    use super::*;
    use postern_e2e::peers;

    #[tokio::test]
    async fn natively() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let host = format!("{}/v3", server.platform_url());
        let variables = [
            ("HOST", host.as_str()),
            ("USERNAME", &server.first.platform_username),
            ("PASSWORD", &server.first.platform_api_key),
        ];
        let said = script::json(
            &peers::python_sdk5()?,
            include_str!("sdk/sdk5.py"),
            &variables,
            home.path(),
            "sdk5.py",
        )?;
        assert_eq!(said["done"], 9, "{said}");
        assert_eq!(history::all(&server.native(), "").await?.len(), 3);
        Ok(())
    }
}

mod with_npm_sdk {
    use super::*;
    use postern_e2e::peers;

    #[tokio::test]
    async fn natively() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let host = format!("{}/v3", server.platform_url());
        let modules = peers::npm_sdk()?.join("node_modules");
        let modules = modules.display().to_string();
        let variables = [
            ("HOST", host.as_str()),
            ("USERNAME", &server.first.platform_username),
            ("PASSWORD", &server.first.platform_api_key),
            ("NODE_PATH", &modules),
        ];
        let said = script::json(
            &peers::program("node")?,
            include_str!("sdk/npm.cjs"),
            &variables,
            home.path(),
            "npm.cjs",
        )?;
        assert_eq!(said["done"], 8, "{said}");
        assert_eq!(history::all(&server.native(), "").await?.len(), 3);
        Ok(())
    }
}
