namespace Ecs.Log;

/// <summary>
/// What the log keeps beside Marten's tables. The events, commits and commands are only ever added to: a trigger says
/// so to everyone, Marten included. The snapshots are a cache: whoever empties that table loses time and nothing else.
/// </summary>
internal static class OwnTables
{
    public const string Sql = $"""
        create table if not exists {LogNames.Schema}.log_head (
          only_row boolean primary key default true check (only_row),
          number bigint not null,
          last_position bigint not null,
          log_time timestamptz not null,
          hash text not null
        ) with (fillfactor = 10);
        insert into {LogNames.Schema}.log_head (number, last_position, log_time, hash)
          values (0, 0, 'epoch', '{LogHead.Genesis}') on conflict do nothing;

        create table if not exists {LogNames.Schema}.commits (
          number bigint primary key,
          log_time timestamptz not null,
          first_position bigint,
          last_position bigint not null,
          commands int not null,
          events int not null,
          hash text not null
        );
        alter table {LogNames.Schema}.commits add column if not exists outline bytea;
        create index if not exists commits_last_position on {LogNames.Schema}.commits (last_position);
        create index if not exists commits_log_time on {LogNames.Schema}.commits (log_time);

        create table if not exists {LogNames.Schema}.commands (
          commit_number bigint not null,
          ordinal int not null,
          service text not null,
          account text not null,
          region text not null,
          command_id text not null,
          name text not null,
          routine boolean not null,
          body jsonb not null,
          digest text not null,
          resolved jsonb,
          received_at timestamptz not null,
          decider_version text not null,
          answer jsonb not null,
          first_position bigint,
          last_position bigint,
          primary key (commit_number, ordinal)
        );
        create unique index if not exists commands_key
          on {LogNames.Schema}.commands (service, account, region, command_id) where not routine;
        -- A hash: senders choose what they write, and a tree holds no long texts. Few commands name one.
        create index if not exists commands_correlation
          on {LogNames.Schema}.commands using hash ((body ->> 'correlationId'))
          where body ->> 'correlationId' is not null;

        -- By the words of the stream's ARN as EventQuery writes them: cluster or family, account, region.
        create index if not exists {LogNames.PlaceIndex} on {LogNames.Schema}.mt_events (
          split_part(split_part(stream_id, ':', 6), '/', 2), split_part(stream_id, ':', 5),
          split_part(stream_id, ':', 4), seq_id);

        create table if not exists {LogNames.Schema}.leases (
          name text primary key,
          epoch bigint not null,
          holder text,
          renewed_at timestamptz not null
        ) with (fillfactor = 10);

        alter table {LogNames.Schema}.leases add column if not exists session_epoch bigint;

        create table if not exists {LogNames.Schema}.relay_positions (
          name text primary key,
          position bigint not null,
          saved_at timestamptz not null
        ) with (fillfactor = 10);

        create table if not exists {LogNames.Schema}.snapshots (
          service text not null,
          format text not null,
          position bigint not null,
          commit_number bigint not null,
          commit_hash text not null,
          digest text not null,
          size bigint not null,
          content bytea not null,
          taken_at timestamptz not null,
          primary key (service, format, position)
        );
        alter table {LogNames.Schema}.snapshots alter column content set storage external;

        create or replace function {LogNames.Schema}.refuse_rewriting() returns trigger language plpgsql as $body$
        begin
          raise exception 'the log is only ever added to: % on % is refused', tg_op, tg_table_name;
        end $body$;
        create or replace trigger only_added_to before update or delete or truncate on {LogNames.Schema}.mt_events
          execute function {LogNames.Schema}.refuse_rewriting();
        create or replace trigger only_added_to before update or delete or truncate on {LogNames.Schema}.commits
          execute function {LogNames.Schema}.refuse_rewriting();
        create or replace trigger only_added_to before update or delete or truncate on {LogNames.Schema}.commands
          execute function {LogNames.Schema}.refuse_rewriting();
        """;
}
