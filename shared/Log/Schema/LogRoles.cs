using System.Security.Cryptography;
using System.Text;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Log;

/// <summary>
/// The database roles of the services: each may read all of the log, append streams of its own service's kinds and keep
/// its own lease, place and snapshots; none may change or delete what is written, or switch off what guards it. The
/// tables stay the migrating role's. What PostgreSQL refuses here no bug of a program can do.
/// </summary>
internal static class LogRoles
{
    /// <summary>The Registry's role.</summary>
    public const string Registry = "ecs_registry";

    /// <summary>The Scheduler's role.</summary>
    public const string Scheduler = "ecs_scheduler";

    /// <summary>The Auditor's role, which only reads.</summary>
    public const string Auditor = "ecs_auditor";

    /// <summary>All roles.</summary>
    public static IReadOnlyList<string> All { get; } = [Registry, Scheduler, Auditor];

    /// <summary>Makes the roles that are missing, where the migrating role may; without a way to log in.</summary>
    public static string CreateSql { get; } = string.Join('\n', All.Select(role => $"""
        do $body$
        begin
          if not exists (select from pg_roles where rolname = '{role}') then create role {role} nologin; end if;
        exception
          -- Another database of the same server migrates at the same time; or the roles are for somebody else to make.
          when duplicate_object or unique_violation or insufficient_privilege then null;
        end $body$;
        """));

    /// <summary>What the roles may do; for those that are there.</summary>
    public static string GrantSql { get; } = string.Join('\n', [
        .. Tables.Select(Secure),
        If(LogNames.Reader, Reading(LogNames.Reader)),
        If(Auditor, Reading(Auditor)),
        If(Registry, Reading(Registry) + Writing(Registry)),
        If(Scheduler, Reading(Scheduler) + Writing(Scheduler)),
        Owning(Services.Registry, Registry),
        Owning(Services.Scheduler, Scheduler),
    ]);

    /// <summary>Lets a role log in with the password that stands in the setting <c>ecs.password</c>.</summary>
    public static string PasswordSql(string role) => $"""
        do $body$
        begin
          execute format('alter role {role} with login password %L', current_setting('ecs.password'));
        end $body$
        """;

    // Row security decides who may write which rows; everybody who may read a table reads all of it.
    private static string[] Tables =>
        ["mt_events", "mt_streams", "commands", "leases", "relay_positions", "snapshots"];

    private static string Secure(string table) => $"""
        do $body$
        begin
          if not (select relrowsecurity from pg_class where oid = '{LogNames.Schema}.{table}'::regclass) then
            alter table {LogNames.Schema}.{table} enable row level security;
          end if;
        end $body$;
        """ + Policy(table, "read", "for select using (true)");

    private static string Reading(string role) => $"""
        grant usage on schema {LogNames.Schema} to {role};
        grant select on all tables in schema {LogNames.Schema} to {role};
        """;

    private static string Writing(string role) => $"""

        grant insert on {LogNames.Schema}.mt_events, {LogNames.Schema}.mt_streams, {LogNames.Schema}.commits,
          {LogNames.Schema}.commands to {role};
        grant update (version) on {LogNames.Schema}.mt_streams to {role};
        grant usage on sequence {LogNames.Schema}.mt_events_sequence to {role};
        grant update on {LogNames.Schema}.log_head to {role};
        grant insert, update on {LogNames.Schema}.leases, {LogNames.Schema}.relay_positions to {role};
        grant insert, update, delete on {LogNames.Schema}.snapshots to {role};
        """;

    private static string Owning(string service, string role)
    {
        var kinds = string.Join(", ", Enum.GetValues<ResourceKind>()
            .Where(kind => OwnerOf(kind) == service)
            .Select(kind => $"'{Arn.Word(kind)}'"));
        return Policy("mt_events", role, $"for insert to {role} with check ({Kind("stream_id")} in ({kinds}))", role)
            + Policy("mt_streams", role, $"for insert to {role} with check ({Kind("id")} in ({kinds}))", role)
            + Policy("mt_streams", $"{role}_more", $"for update to {role} using ({Kind("id")} in ({kinds}))", role)
            + Policy("commands", role, $"for insert to {role} with check (service = '{service}')", role)
            + Policy("leases", role, $"to {role} using (name = '{service}')", role)
            + Policy("relay_positions", role, $"to {role} using (name = '{service}')", role)
            + Policy("snapshots", role, $"to {role} using (service = '{service}')", role);
    }

    private static string Kind(string column) => $"split_part(split_part({column}, ':', 6), '/', 1)";

    /// <summary>Who alone appends to the streams of a kind: what is no definition is the Scheduler's.</summary>
    internal static string OwnerOf(ResourceKind kind) =>
        kind is ResourceKind.TaskDefinition ? Services.Registry : Services.Scheduler;

    /// <summary>
    /// A policy that is made only where it is not there as it is: making one waits for all who use the table.
    /// </summary>
    private static string Policy(string table, string name, string rule, string? role = null)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rule)))[..12];
        var isThere = role is null ? "true" : $"exists (select from pg_roles where rolname = '{role}')";
        return $"""

            do $body$
            declare old name;
            begin
              for old in select policyname from pg_policies where schemaname = '{LogNames.Schema}'
                and tablename = '{table}' and policyname ~ '^{name}_[0-9a-f]+$' and policyname <> '{name}_{digest}'
              loop execute format('drop policy %I on {LogNames.Schema}.{table}', old); end loop;
              if {isThere} and not exists (select from pg_policies where schemaname = '{LogNames.Schema}'
                and tablename = '{table}' and policyname = '{name}_{digest}') then
                create policy {name}_{digest} on {LogNames.Schema}.{table} {rule};
              end if;
            end $body$;

            """;
    }

    private static string If(string role, string then) => $"""

        do $body$
        begin
          if exists (select from pg_roles where rolname = '{role}') then
            {then}
          end if;
        end $body$;

        """;
}
