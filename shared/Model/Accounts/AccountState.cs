using Ecs.Contracts.Events;

namespace Ecs.Model.Accounts;

/// <summary>What an account has set in a region.</summary>
public sealed record AccountState
{
    /// <summary>The key of its stream.</summary>
    public required string Arn { get; init; }

    /// <summary>The version of its stream.</summary>
    public required long Version { get; init; }

    /// <summary>What was set, by principal and name in ordinal order.</summary>
    public IReadOnlyList<AccountValue> Values { get; init; } = [];

    /// <summary>The value that a principal has of its own; null where it has none.</summary>
    public string? Find(string principal, string name) =>
        Values.FirstOrDefault(value => value.Name == name && value.Principal == principal)?.Value;

    /// <summary>The state after one more event of its stream.</summary>
    public AccountState Apply(IEvent e) => e switch
    {
        AccountSettingPut put => With(put.PrincipalArn, put.Name, put.Value),
        AccountSettingDeleted deleted => With(deleted.PrincipalArn, deleted.Name, null),
        _ => this,
    };

    private AccountState With(string principal, string name, string? value)
    {
        var others = Values.Where(other => other.Name != name || other.Principal != principal);
        var all = value is null ? others : others.Append(new AccountValue(principal, name, value));
        return this with
        {
            Version = Version + 1,
            Values =
            [
                .. all.OrderBy(one => one.Principal, StringComparer.Ordinal)
                    .ThenBy(one => one.Name, StringComparer.Ordinal),
            ],
        };
    }
}

/// <summary>One setting of one principal.</summary>
/// <param name="Principal">Whom it holds for.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record AccountValue(string Principal, string Name, string Value);
