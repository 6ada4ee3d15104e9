CREATE TABLE IF NOT EXISTS accounts (
  id TEXT PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  password TEXT,                      -- salted digest; residents have none
  lived_until REAL,                   -- up to when the town's daily life was simulated
  base_followers INTEGER NOT NULL DEFAULT 0,
  created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS posts (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  author TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  key TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT '',
  link TEXT NOT NULL DEFAULT '',
  media TEXT NOT NULL DEFAULT '[]',
  reply_to INTEGER,
  root INTEGER,
  quotes INTEGER,
  created_at REAL NOT NULL,
  deleted_at REAL
);
CREATE INDEX IF NOT EXISTS posts_by_author ON posts(author, number);
CREATE INDEX IF NOT EXISTS posts_by_key ON posts(author, key) WHERE key <> '';
CREATE TABLE IF NOT EXISTS acts (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  owner TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,  -- whose inbox it is in
  kind TEXT NOT NULL,                 -- like, reshare, follow, unfollow, reply, mention, quote
  actor TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  subject INTEGER,                    -- the owner's post it is about
  post INTEGER,                       -- the post that the actor wrote
  at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS acts_by_owner ON acts(owner, number);
CREATE INDEX IF NOT EXISTS acts_by_kind ON acts(owner, kind, at);
CREATE INDEX IF NOT EXISTS acts_by_subject ON acts(subject, kind);
CREATE UNIQUE INDEX IF NOT EXISTS one_like_each ON acts(actor, subject, kind)
  WHERE kind IN ('like', 'reshare');
CREATE TABLE IF NOT EXISTS follows (
  follower TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  followed TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  at REAL NOT NULL,
  PRIMARY KEY (followed, follower)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS views (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  owner TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  post INTEGER NOT NULL,
  at REAL NOT NULL,
  source TEXT NOT NULL,
  people INTEGER NOT NULL,
  times INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS views_by_post ON views(post);
CREATE INDEX IF NOT EXISTS views_by_owner ON views(owner, at);
CREATE TABLE IF NOT EXISTS plans (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  due_at REAL NOT NULL,
  owner TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL DEFAULT '',
  post INTEGER,
  text TEXT NOT NULL DEFAULT '',
  amount INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS plans_by_time ON plans(due_at);
CREATE TABLE IF NOT EXISTS faults (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  operation TEXT NOT NULL,
  kind TEXT NOT NULL,
  after INTEGER NOT NULL,
  seconds REAL NOT NULL,
  remaining INTEGER NOT NULL
);
