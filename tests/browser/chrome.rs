//! A Chromium of a test's own, driven over WebDriver by a ChromeDriver of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::support::PASSWORD;

/// How long a condition may take to come true on a busy machine.
const DEADLINE: Duration = Duration::from_secs(40);

/// How the browser is set.
#[derive(Clone, Copy)]
pub struct Screen {
    pub width: u32,
    pub dark: bool,
    pub scripts: bool,
}

impl Screen {
    pub const DESK: Self = Self { width: 1280, dark: false, scripts: true };
    pub const PHONE_DARK: Self = Self { width: 360, dark: true, scripts: true };
    pub const WITHOUT_SCRIPTS: Self = Self { width: 1280, dark: false, scripts: false };
}

pub struct Chrome {
    pub client: Client,
    base: String,
    scripts: bool,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Chrome {
    pub async fn start(base: &str, screen: Screen) -> Self {
        let (driver, port) = start_driver();
        let profile = tempfile::tempdir().unwrap();
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={},900", screen.width.max(500)));
        if screen.dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let mut options = json!({ "args": arguments, "binary": which("chromium") });
        if !screen.scripts {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        if screen.width < 500 {
            // A window cannot be that narrow; an emulated phone can.
            options["mobileEmulation"] = json!({ "deviceMetrics": { "width": screen.width, "height": 780, "pixelRatio": 1.0 } });
        }
        let capabilities = json!({ "goog:chromeOptions": options });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromium did not start");
        Self { client, base: base.to_owned(), scripts: screen.scripts, driver, _profile: profile }
    }

    /// A browser in which the owner is signed in and sees the dashboard.
    pub async fn signed_in(base: &str, screen: Screen) -> Self {
        let chrome = Self::start(base, screen).await;
        chrome.open("/sign-in").await;
        chrome.fill("#email", "ana@example.com").await;
        chrome.fill("#password", PASSWORD).await;
        chrome.click_text("button", "Sign in").await;
        chrome.until_says("Dashboard", false).await;
        chrome
    }

    /// Opens a path of the app, or a whole address.
    pub async fn open(&self, path: &str) {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.client.goto(&address).await.unwrap();
    }

    /// Replaces what a field holds.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub async fn choose(&self, css: &str, value: &str) {
        self.find(css).await.select_by_value(value).await.unwrap();
    }

    /// Chooses the first option whose text contains this.
    pub async fn choose_text(&self, css: &str, text: &str) {
        let path = format!(".//option[contains(normalize-space(.), \"{text}\")]");
        let option = self.find(css).await.find(Locator::XPath(&path)).await;
        option.unwrap_or_else(|e| panic!("{css} offers no “{text}”: {e}")).click().await.unwrap();
    }

    /// Gives a file to a file field.
    pub async fn attach(&self, css: &str, path: &str) {
        self.find(css).await.send_keys(path).await.unwrap();
    }

    pub async fn click(&self, css: &str) {
        // A live part of the page may be replaced between finding and clicking.
        for _ in 0..5 {
            if self.find(css).await.click().await.is_ok() {
                return;
            }
        }
        panic!("{css} cannot be clicked");
    }

    pub async fn click_text(&self, tag: &str, text: &str) {
        let path = format!("//{tag}[contains(normalize-space(.), \"{text}\")]");
        for _ in 0..5 {
            let element = self.client.wait().at_most(DEADLINE).for_element(Locator::XPath(&path)).await;
            if element.unwrap_or_else(|e| panic!("no <{tag}> with “{text}”: {e}")).click().await.is_ok() {
                return;
            }
        }
        panic!("<{tag}> with “{text}” cannot be clicked");
    }

    async fn find(&self, css: &str) -> fantoccini::elements::Element {
        let element = self.client.wait().at_most(DEADLINE).for_element(Locator::Css(css)).await;
        element.unwrap_or_else(|e| panic!("no {css}: {e}"))
    }

    /// The text of the page as people read it.
    pub async fn text(&self) -> String {
        loop {
            // Between finding and reading, the page may have given way to the next.
            if let Ok(text) = self.find("body").await.text().await {
                return text;
            }
        }
    }

    /// Waits until the page says something, loading it again where nothing on it does so by itself.
    pub async fn until_says(&self, text: &str, reload: bool) {
        let started = Instant::now();
        loop {
            let seen = self.text().await;
            if seen.contains(text) {
                return;
            }
            assert!(started.elapsed() < DEADLINE, "the page never said “{text}”: {seen}");
            tokio::time::sleep(Duration::from_millis(200)).await;
            if reload {
                self.client.refresh().await.unwrap();
            }
        }
    }

    /// Fails where axe-core finds anything serious or critical on the page, or where it scrolls sideways.
    pub async fn assert_accessible(&self) {
        let axe = std::fs::read_to_string(axe_path()).unwrap();
        self.client.execute(&axe, vec![]).await.unwrap();
        let found = self
            .client
            .execute_async(
                "const done = arguments[0]; axe.run({ resultTypes: ['violations'] }).then(r => done(r.violations))",
                vec![],
            )
            .await
            .unwrap();
        let serious: Vec<String> = found
            .as_array()
            .unwrap()
            .iter()
            .filter(|v| matches!(v["impact"].as_str(), Some("serious" | "critical")))
            .map(|v| format!("{} ({}): {}", v["id"], v["help"], v["nodes"]))
            .collect();
        let address = self.client.current_url().await.unwrap();
        assert!(serious.is_empty(), "{address}: {serious:#?}");
        let sideways =
            self.client.execute("return document.documentElement.scrollWidth - window.innerWidth", vec![]).await.unwrap();
        assert!(sideways.as_i64().unwrap() <= 0, "{address} scrolls sideways by {sideways} px");
    }

    /// Keeps a picture of the page, and looks at it as axe-core does; that is a script, so a browser without scripts is left out.
    pub async fn look(&self, name: &str) {
        self.shot(name).await;
        if self.scripts {
            self.assert_accessible().await;
        }
    }

    /// Keeps a picture of the whole page where `TANDEM_SHOTS` names a directory: for looking at, not for comparing.
    pub async fn shot(&self, name: &str) {
        let Ok(directory) = std::env::var("TANDEM_SHOTS") else { return };
        let (width, _) = self.client.get_window_size().await.unwrap();
        let height = self.client.execute("return document.documentElement.scrollHeight", vec![]).await;
        let tall = height.ok().and_then(|h| h.as_u64()).and_then(|h| u32::try_from(h).ok()).unwrap_or(1_600);
        self.client.set_window_size(u32::try_from(width).unwrap(), tall.clamp(900, 4_000) + 140).await.unwrap();
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(std::path::Path::new(&directory).join(format!("{name}.png")), picture).unwrap();
    }

    pub async fn stop(mut self) {
        // A browser that is gone already is what is wanted.
        let _ = self.client.clone().close().await;
        self.end_driver();
    }

    fn end_driver(&mut self) {
        // Likewise.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        self.end_driver();
    }
}

fn which(command: &str) -> String {
    let path = std::env::var("PATH").unwrap();
    let found = path.split(':').map(|d| format!("{d}/{command}")).find(|p| std::path::Path::new(p).exists());
    found.unwrap_or_else(|| panic!("browser journeys need {command}: apt-get install {command}"))
}

/// A ChromeDriver and its port. Two that start at one moment may choose the same port; the one that loses ends, and is started
/// again.
fn start_driver() -> (Child, u16) {
    for _ in 0..10 {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("browser journeys need chromedriver and chromium: apt-get install chromium chromium-driver");
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            line.split("successfully on port ").nth(1).and_then(|rest| rest.trim_end_matches('.').parse::<u16>().ok())
        });
        if let Some(port) = port {
            return (driver, port);
        }
        driver.wait().unwrap();
    }
    panic!("chromedriver did not start");
}

/// Where scripts/test has installed axe-core.
fn axe_path() -> std::path::PathBuf {
    let libraries = std::fs::read_dir("target/test-tools/venv/lib").expect("axe-core is missing: scripts/test installs it");
    libraries
        .map(|python| python.unwrap().path().join("site-packages/axe_playwright_python/axe.min.js"))
        .find(|path| path.exists())
        .expect("axe-core is missing: scripts/test installs it")
}
