using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.Accounts;
using Ecs.Model.Fleet;
using static Ecs.Contracts.Commands.CommandError;

namespace Ecs.Rules.Accounts;

/// <summary>
/// The rules of account settings: a principal's own holds before the account's, and that before what is usual. What
/// takes effect here is <c>containerInsights</c>, which new clusters are made with.
/// </summary>
public static class AccountSettings
{
    /// <summary>The most settings that an account has in a region, all its principals together.</summary>
    public const int MaxValues = 1_000;

    /// <summary>Changes a principal's own setting; the same again changes nothing.</summary>
    public static Decision Decide(FleetState fleet, PutAccountSetting command, DateTimeOffset now) =>
        Principal(command, command.PrincipalArn, out var wrong) is { } principal
            ? Put(fleet, command, (command.Name, command.Value, principal), now)
            : Decision.Refuse(wrong!);

    /// <summary>Changes the account's setting; the same again changes nothing.</summary>
    public static Decision Decide(FleetState fleet, PutAccountSettingDefault command, DateTimeOffset now) =>
        Put(fleet, command, (command.Name, command.Value, Root(command)), now);

    /// <summary>Takes a principal's own setting; one that is not there is passed over.</summary>
    public static Decision Decide(FleetState fleet, DeleteAccountSetting command, DateTimeOffset now)
    {
        if (Unknown(command.Name) is { } unknown) return Decision.Refuse(unknown);

        if (Principal(command, command.PrincipalArn, out var wrong) is not { } principal)
        {
            return Decision.Refuse(wrong!);
        }

        var account = Of(fleet, command);
        if (account.Find(principal, command.Name!) is null) return Shown(account, command, command.Name!, principal);

        var deleted = new AccountSettingDeleted(account.Arn, command.Name!, principal, now);
        return Shown(account.Apply(deleted), command, command.Name!, principal, deleted);
    }

    /// <summary>One page, by name.</summary>
    public static Decision Answer(FleetState fleet, ListAccountSettings query)
    {
        if (query.Name is not null && Unknown(query.Name) is { } unknown) return Decision.Refuse(unknown);

        if (query is { Value: not null, Name: null })
        {
            return Decision.Refuse(Wrong("name", "must be given with a value"));
        }

        if (query.MaxResults is < 1 or > ListAccountSettings.MaxPage)
        {
            return Decision.Refuse(Wrong("maxResults", $"must be 1 to {ListAccountSettings.MaxPage}"));
        }

        if (Principal(query, query.PrincipalArn, out var wrong) is not { } principal) return Decision.Refuse(wrong!);

        var account = Of(fleet, query);
        var found = SettingNames.All
            .Where(name => query.Name is null || name == query.Name)
            .Select(name => (Name: name, Value: query.EffectiveSettings is true
                ? Holding(account, query, name, principal)
                : account.Find(principal, name)))
            .Where(one => one.Value is not null && (query.Value is null || one.Value == query.Value))
            .Select(one => Setting(one.Name, one.Value, principal));
        var asked = (query.MaxResults ?? ListAccountSettings.MaxPage, query.NextToken);
        return Paging.TryCut(found, setting => setting.Name, falling: false, asked, out var page, out var error)
            ? Decision.Accept(new ListAccountSettingsResult(page.Items, page.NextToken))
            : Decision.Refuse(error);
    }

    /// <summary>What a setting is for whoever sends a command.</summary>
    public static string Effective(FleetState fleet, Command command, string name) =>
        Holding(Of(fleet, command), command, name, Caller(command));

    private static Decision Put(
        FleetState fleet, Command command, (string? Name, string? Value, string Principal) asked, DateTimeOffset now)
    {
        if (Unknown(asked.Name) is { } unknown) return Decision.Refuse(unknown);

        if (asked.Name is SettingNames.Managed)
        {
            return Decision.Refuse(Wrong("name", $"must not be {SettingNames.Managed}, which nobody can change"));
        }

        var values = SettingNames.Values(asked.Name)!;
        if (!values.Contains(asked.Value, StringComparer.Ordinal))
        {
            return Decision.Refuse(Wrong("value", $"of {asked.Name} must be {string.Join(" or ", values)}"));
        }

        var account = Of(fleet, command);
        if (account.Find(asked.Principal, asked.Name!) is not { } has)
        {
            if (account.Values.Count >= MaxValues)
            {
                return Decision.Refuse(
                    ErrorTypes.LimitExceeded, $"The account has {MaxValues} settings in this region already.");
            }
        }
        else if (has == asked.Value)
        {
            return Shown(account, command, asked.Name!, asked.Principal);
        }

        var put = new AccountSettingPut(account.Arn, asked.Name!, asked.Value!, asked.Principal, now);
        return Shown(account.Apply(put), command, asked.Name!, asked.Principal, put);
    }

    private static Decision Shown(
        AccountState account, Command command, string name, string principal, params IReadOnlyList<IEvent> events) =>
        Decision.Accept(
            new SettingResult(Setting(name, Holding(account, command, name, principal), principal)), events);

    private static Setting Setting(string name, string? value, string principal) => new()
    {
        Name = name,
        Value = value,
        PrincipalArn = principal,
        Type = name is SettingNames.Managed ? "aws_managed" : "user",
    };

    private static string Holding(AccountState account, Command command, string name, string principal) =>
        account.Find(principal, name) ?? account.Find(Root(command), name) ?? SettingNames.Usual(name);

    private static AccountState Of(FleetState fleet, Command command)
    {
        var arn = Arn.AccountSettings(new Scope(command.Account, command.Region)).ToString();
        return fleet.Accounts.GetValueOrDefault(arn) ?? new AccountState { Arn = arn, Version = 0 };
    }

    private static CommandError? Unknown(string? name) => SettingNames.Values(name) is null
        ? Wrong("name", $"must be one of {string.Join(", ", SettingNames.All)}")
        : null;

    private static string? Principal(Command command, string? named, out CommandError? wrong)
    {
        var principal = string.IsNullOrEmpty(named) ? Caller(command) : named;
        wrong = principal.StartsWith(Prefix(command), StringComparison.Ordinal) && principal.Length <= 2048
            ? null
            : Wrong("principalArn", $"must begin with {Prefix(command)}: a principal of the account");
        return wrong is null ? principal : null;
    }

    // Who says nothing of itself, as on the bus, speaks for the account.
    private static string Caller(Command command) =>
        command.Actor?.StartsWith(Prefix(command), StringComparison.Ordinal) is true ? command.Actor : Root(command);

    private static string Root(Command command) => $"{Prefix(command)}root";

    private static string Prefix(Command command) => $"arn:aws:iam::{command.Account}:";
}
