-- The tables of the search, for PGlite and Postgres. Run at every start: each statement can be repeated.
-- :dimension is replaced by the number of values of a vector.

create extension if not exists vector;

-- One row: what all vectors of the table chunk were made with.
create table if not exists embedding_settings (
  is_only boolean primary key default true check (is_only),
  model text not null,
  dtype text not null,
  dimension int not null,
  chunk_tokens int not null,
  overlap_tokens int not null
);

create table if not exists document (
  id int generated always as identity primary key,
  folder text not null,
  name text not null,
  content text not null,
  hash text not null,  -- SHA-256 of the content
  indexed_hash text,   -- the hash whose chunks are stored; null before the first time
  unique (folder, name)
);

create table if not exists chunk (
  id int generated always as identity primary key,
  document_id int not null references document on delete cascade,
  position int not null,
  start_offset int not null,  -- in UTF-16 units of the content, as JavaScript counts
  end_offset int not null,
  text text not null,
  hash text not null,  -- SHA-256 of the text
  embedding vector(:dimension) not null,
  -- The database derives these three columns.
  embedding_half halfvec(:dimension) not null generated always as (embedding::halfvec(:dimension)) stored,
  embedding_bits bit(:dimension) not null generated always as (binary_quantize(embedding)::bit(:dimension)) stored,
  words tsvector not null generated always as (to_tsvector('english', text)) stored,
  unique (document_id, position)
);

create index if not exists chunk_words on chunk using gin (words);

-- One index for each method of search.mjs. An application keeps the one that it uses.
create index if not exists chunk_embedding on chunk using hnsw (embedding vector_cosine_ops);
create index if not exists chunk_embedding_half on chunk using hnsw (embedding_half halfvec_cosine_ops);
create index if not exists chunk_embedding_bits on chunk using hnsw (embedding_bits bit_hamming_ops);
