using System.Text.Json.Serialization;

namespace Ecs.Contracts.Events;

/// <summary>A setting of an account was changed, for one principal or for all that have none of their own.</summary>
[EventName("account-setting-put")]
public sealed record AccountSettingPut(
    string AccountArn, string Name, string Value, string PrincipalArn, DateTimeOffset At) : IEvent
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => AccountArn;
}

/// <summary>A principal's own setting was taken: the account's holds for it again.</summary>
[EventName("account-setting-deleted")]
public sealed record AccountSettingDeleted(
    string AccountArn, string Name, string PrincipalArn, DateTimeOffset At) : IEvent
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string Stream => AccountArn;
}
