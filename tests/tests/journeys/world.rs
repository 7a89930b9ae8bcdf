//! One person's computer: a home of its own, a window, and hands on it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A Tuesday, 14:00 in New York and 11:00 in Los Angeles.
pub const TUESDAY: &str = "2026-03-10T18:00:00Z";

/// How long a thing may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct World {
    pub home: std::sync::Arc<TempDir>,
    now: String,
    /// Programs that are found before the system's own.
    programs: Option<PathBuf>,
    driver: Option<Child>,
    client: Option<Client>,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_path_buf()
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

/// Ends a driver and whatever it started.
async fn end(driver: &mut Child) {
    if let Some(group) = driver.id() {
        let _ = Command::new("kill").args(["-9", "--", &format!("-{group}")]).status().await;
    }
    let _ = driver.wait().await;
}

impl World {
    /// A new computer whose clock stands at `now`; the window opens.
    pub async fn new(now: &str) -> Self {
        Self::with_programs(now, None).await
    }

    /// The same, with programs that are found before the system's own: a browser, say.
    pub async fn with_programs(now: &str, programs: Option<&Path>) -> Self {
        let home = TempDir::new().expect("a home").into();
        let programs = programs.map(Path::to_owned);
        let mut world = Self { home, now: now.to_owned(), programs, driver: None, client: None };
        world.open().await;
        world
    }

    /// A second window on the same computer.
    pub async fn beside(other: &Self) -> Self {
        let (home, now) = (std::sync::Arc::clone(&other.home), other.now.clone());
        let mut world = Self { home, now, programs: other.programs.clone(), driver: None, client: None };
        world.open().await;
        world
    }

    /// Opens the window. On a busy machine the session may time out while the app starts all the
    /// same: then that app is ended first, for it holds the database.
    pub async fn open(&mut self) {
        for tries in 1.. {
            let (mut driver, port) = self.driver();
            match self.session(port).await {
                Ok(client) => {
                    self.driver = Some(driver);
                    self.client = Some(client);
                    return;
                }
                Err(error) if tries == 3 => panic!("the window does not open: {error}"),
                Err(error) => {
                    eprintln!("the window does not open, once more: {error}");
                    end(&mut driver).await;
                }
            }
        }
    }

    /// A driver in a process group of its own with the app that it starts, and its port.
    fn driver(&self) -> (Child, u16) {
        let port = free_port();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = self.programs.iter().cloned().chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).expect("a path");
        let mut driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("XDG_DATA_HOME", self.home.path().join("data"))
            .env("XDG_CACHE_HOME", self.home.path().join("cache"))
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("DUNLIN_NOW", &self.now)
            .env("PATH", path)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .expect("WebKitWebDriver starts");
        if let Some(errors) = driver.stderr.take() {
            tokio::spawn(async move {
                let mut lines = BufReader::new(errors).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    if !line.contains("dconf") && !line.contains("Gtk-WARNING") {
                        eprintln!("window: {line}");
                    }
                }
            });
        }
        (driver, port)
    }

    /// The app's window, through the driver on that port.
    async fn session(&self, port: u16) -> Result<Client, String> {
        // The bench opens the release build in the same way.
        let app = std::env::var_os("DUNLIN_BIN").map_or_else(|| target().join("debug/dunlin"), PathBuf::from);
        assert!(app.is_file(), "{} is not built; cargo xtask test builds it first", app.display());
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".into(), json!({ "binary": app, "args": [] }));
        let began = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if began.elapsed() > PATIENCE {
                return Err("the driver does not listen".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ClientBuilder::new(hyper_connector())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .map_err(|error| error.to_string())
    }

    /// Closes the window as a person would.
    pub async fn close(&mut self) {
        if let Some(client) = self.client.take() {
            client.close().await.expect("closes");
        }
        // The app itself ends a moment later and gives its lock back.
        let lock = self.data().join("dunlin.db.lock");
        let began = Instant::now();
        while lock.exists() && began.elapsed() < PATIENCE {
            let free = std::fs::File::open(&lock).is_ok_and(|file| file.try_lock().is_ok());
            if free {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        if let Some(mut driver) = self.driver.take() {
            end(&mut driver).await;
        }
    }

    /// Closes the window and opens it at another time.
    pub async fn restart_at(&mut self, now: &str) {
        self.close().await;
        now.clone_into(&mut self.now);
        self.open().await;
    }

    pub fn client(&self) -> &Client {
        self.client.as_ref().expect("an open window")
    }

    /// The app's folder.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data/app.dunlin.desktop")
    }

    async fn find(&self, locator: Locator<'_>, what: &str) -> Element {
        match self.client().wait().at_most(PATIENCE).for_element(locator).await {
            Ok(element) => element,
            Err(error) => {
                self.screenshot("failure").await;
                panic!("{what} does not appear: {error}\n{}", self.text().await);
            }
        }
    }

    /// Everything the person can read now.
    pub async fn text(&self) -> String {
        let text = self.client().execute("return document.body.innerText", vec![]).await.expect("a text");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the window shows a text.
    pub async fn sees(&self, text: &str) {
        let began = Instant::now();
        while !self.text().await.contains(text) {
            if began.elapsed() > PATIENCE {
                self.screenshot("failure").await;
                panic!("\"{text}\" is not in sight:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Presses a button of the screen or dialog by its words.
    pub async fn press(&self, words: &str) {
        let path = format!("(//dialog//button | //main//button)[starts-with(normalize-space(.), '{words}')]");
        self.find(Locator::XPath(&path), &format!("the button \"{words}\"")).await.click().await.expect("pressed");
    }

    /// Presses a button of the dialog that is open, whose words stand behind it too.
    pub async fn confirm(&self, words: &str) {
        let path = format!("//dialog//button[starts-with(normalize-space(.), '{words}')]");
        self.find(Locator::XPath(&path), &format!("the dialog's \"{words}\"")).await.click().await.expect("pressed");
    }

    /// Goes to a screen by its name.
    pub async fn go(&self, screen: &str) {
        let path = format!("//nav//button[starts-with(normalize-space(.), '{screen}')]");
        self.find(Locator::XPath(&path), &format!("the screen \"{screen}\"")).await.click().await.expect("pressed");
    }

    /// Fills a field by its label.
    pub async fn fill(&self, label: &str, value: &str) {
        let path =
            format!("//*[self::input or self::textarea][@id=//label[starts-with(normalize-space(.), '{label}')]/@for]");
        let field = self.find(Locator::XPath(&path), &format!("the field \"{label}\"")).await;
        field.clear().await.expect("cleared");
        field.send_keys(value).await.expect("typed");
    }

    /// Fills a field by its id.
    pub async fn fill_id(&self, id: &str, value: &str) {
        let field = self.find(Locator::Id(id), &format!("the field #{id}")).await;
        field.clear().await.expect("cleared");
        field.send_keys(value).await.expect("typed");
    }

    /// Fills a field by its name for a screen reader.
    pub async fn fill_named(&self, name: &str, value: &str) {
        let path = format!("//*[self::input or self::textarea][@aria-label='{name}']");
        let field = self.find(Locator::XPath(&path), &format!("the field \"{name}\"")).await;
        field.clear().await.expect("cleared");
        field.send_keys(value).await.expect("typed");
    }

    /// Picks in a list, whose own window no driver reaches, by its label and the entry's value.
    pub async fn choose(&self, label: &str, value: &str) {
        // A dialog's stands after what it covers.
        let path = format!("(//select[@id=//label[starts-with(normalize-space(.), '{label}')]/@for])[last()]");
        let list = self.find(Locator::XPath(&path), &format!("the list \"{label}\"")).await;
        let script = "arguments[0].focus();
            arguments[0].value = arguments[1];
            arguments[0].dispatchEvent(new Event('change', { bubbles: true }));
            return arguments[0].value;";
        let element = serde_json::to_value(list).expect("an element");
        let chosen = self.client().execute(script, vec![element, json!(value)]).await.expect("chosen");
        assert_eq!(chosen, json!(value), "an entry of \"{label}\"");
    }

    /// Unfolds a part by the words on it.
    pub async fn unfold(&self, words: &str) {
        let path = format!("//main//summary[starts-with(normalize-space(.), '{words}')]");
        self.find(Locator::XPath(&path), &format!("the part \"{words}\"")).await.click().await.expect("unfolded");
    }

    /// Scrolls to a heading.
    pub async fn show(&self, heading: &str) {
        let script = "for (const one of document.querySelectorAll('h2, h3'))
            if (one.textContent.startsWith(arguments[0])) one.scrollIntoView();";
        self.client().execute(script, vec![json!(heading)]).await.expect("scrolled");
    }

    /// Waits for a picture by what it shows.
    pub async fn sees_picture(&self, what: &str) {
        self.find(Locator::Css(&format!("img[alt='{what}']")), what).await;
    }

    /// Finds an account in the search and opens it.
    pub async fn open_account(&self, words: &str) {
        self.strike("/").await;
        self.client().active_element().await.expect("the search").send_keys(words).await.expect("typed");
        self.sees("account").await;
        tokio::time::sleep(Duration::from_millis(800)).await;
        self.enter().await;
        self.sees("Back").await;
    }

    /// Strikes a key as a person does, wherever the focus is.
    pub async fn strike(&self, keys: &str) {
        let active = self.client().active_element().await.expect("a focus");
        active.send_keys(keys).await.expect("struck");
    }

    /// Strikes Enter.
    pub async fn enter(&self) {
        self.strike(&String::from(char::from(Key::Enter))).await;
    }

    /// Runs one of the window's own commands through the real bridge, for what needs a native dialog.
    pub async fn command(&self, name: &str, input: Value) -> Result<Value, Value> {
        let script = "const [name, input, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(name, { input }).then((ok) => done({ ok }), (err) => done({ err }));";
        let answer = self.client().execute_async(script, vec![json!(name), input]).await.expect("an answer");
        match answer.get("err") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["ok"].clone()),
        }
    }

    /// Waits until what the program says of its database is so.
    pub async fn until(&self, what: &str, so: impl Fn(&Value) -> bool) {
        let began = Instant::now();
        loop {
            let session = self.command("session", json!({})).await.expect("a view");
            if so(&session) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "not {what}: {session}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// A picture of the window, kept beside the build.
    pub async fn screenshot(&self, name: &str) {
        let folder = target().join("journeys");
        std::fs::create_dir_all(&folder).expect("a folder");
        // Of the screen, not of the page: what a person would see. Kept for people; nothing depends on it.
        let path = folder.join(format!("{name}.png"));
        let _ = Command::new("import").args(["-window", "root"]).arg(path).stderr(Stdio::null()).status().await;
    }

    /// Looks at what is shown in both themes: a picture of each, and nothing for axe to find.
    pub async fn looks(&self, name: &str) {
        for theme in ["light", "dark"] {
            let script = "document.documentElement.dataset.theme = arguments[0]";
            self.client().execute(script, vec![json!(theme)]).await.expect("a theme");
            tokio::time::sleep(Duration::from_millis(250)).await;
            self.screenshot(&format!("{name}-{theme}")).await;
            self.is_accessible(&format!("{name} in {theme}")).await;
        }
    }

    /// axe finds nothing on what is shown.
    pub async fn is_accessible(&self, what: &str) {
        let axe =
            std::fs::read_to_string(workspace().join("ui/node_modules/axe-core/axe.min.js")).expect("axe is installed");
        let script = format!(
            "{axe};
            const done = arguments[arguments.length - 1];
            axe.run(document, {{ resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }}).then(
              (found) => done(found.violations.map((one) => one.id + ': ' + one.help + ' at ' + one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', '))),
              (error) => done(['axe: ' + error]));"
        );
        let found = self.client().execute_async(&script, vec![]).await.expect("axe runs");
        assert_eq!(found, json!([]), "{what} is not accessible");
    }
}

fn hyper_connector() -> HttpConnector {
    HttpConnector::new()
}

type HttpConnector = hyper_util::client::legacy::connect::HttpConnector;
