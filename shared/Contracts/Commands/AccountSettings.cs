using Ecs.Contracts.Vocabulary;

namespace Ecs.Contracts.Commands;

/// <summary>Changes a setting for one principal of the account, in the command's region.</summary>
[CommandName("put-account-setting", Services.Scheduler)]
public sealed record PutAccountSetting : Command
{
    /// <summary>One of ECS's names, such as <c>containerInsights</c>.</summary>
    public string? Name { get; init; }

    /// <summary>One of the values that the setting can have.</summary>
    public string? Value { get; init; }

    /// <summary>Whom it is for; the command's actor where nothing is said.</summary>
    public string? PrincipalArn { get; init; }
}

/// <summary>Changes a setting for all principals of the account that have none of their own.</summary>
[CommandName("put-account-setting-default", Services.Scheduler)]
public sealed record PutAccountSettingDefault : Command
{
    /// <summary>One of ECS's names, such as <c>containerInsights</c>.</summary>
    public string? Name { get; init; }

    /// <summary>One of the values that the setting can have.</summary>
    public string? Value { get; init; }
}

/// <summary>Takes a principal's own setting, so that the account's holds again.</summary>
[CommandName("delete-account-setting", Services.Scheduler)]
public sealed record DeleteAccountSetting : Command
{
    /// <summary>One of ECS's names.</summary>
    public string? Name { get; init; }

    /// <summary>Whose; the command's actor's where nothing is said.</summary>
    public string? PrincipalArn { get; init; }
}

/// <summary>Lists the settings of a principal, by name.</summary>
[CommandName("list-account-settings", Services.Scheduler, IsQuery = true)]
public sealed record ListAccountSettings : Command
{
    /// <summary>The largest page, and the size where nothing is said, as in ECS.</summary>
    public const int MaxPage = 10;

    /// <summary>Only this setting.</summary>
    public string? Name { get; init; }

    /// <summary>Only settings of this value; needs a name.</summary>
    public string? Value { get; init; }

    /// <summary>Whose; the query's actor's where nothing is said.</summary>
    public string? PrincipalArn { get; init; }

    /// <summary>
    /// Whether what holds for the principal is shown, the account's and the usual ones included; else only its own.
    /// </summary>
    public bool? EffectiveSettings { get; init; }

    /// <summary>The size of a page, 1..<see cref="MaxPage"/>.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the last page ended, as its answer said.</summary>
    public string? NextToken { get; init; }
}

/// <summary>The reply of Put- and DeleteAccountSetting.</summary>
/// <param name="Setting">The setting as it holds now.</param>
public sealed record SettingResult(Setting Setting);

/// <summary>A page of settings.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="NextToken">Where the next page begins; null on the last.</param>
public sealed record ListAccountSettingsResult(IReadOnlyList<Setting> Settings, string? NextToken);
