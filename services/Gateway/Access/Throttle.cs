using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Access;

/// <summary>
/// Keeps one account from taking the house for itself: reads and changes each have a bucket per account. Off where the
/// settings say nothing, as on a single machine.
/// </summary>
internal sealed class Throttle
{
    /// <summary>Reads of an account: requests a second and at once, such as <c>20/100</c>.</summary>
    public const string ReadSetting = "ECS_READ_RATE";

    /// <summary>Changes of an account: requests a second and at once, such as <c>5/40</c>.</summary>
    public const string ChangeSetting = "ECS_CHANGE_RATE";

    private static readonly CommandError Exceeded = new("ThrottlingException", "Rate exceeded");

    private readonly TokenBuckets? _reads;
    private readonly TokenBuckets? _changes;

    /// <exception cref="Ecs.Hosting.SettingException">A setting is no rate.</exception>
    public Throttle(IConfiguration configuration, TimeProvider clock)
    {
        if (Rate.Read(configuration, ReadSetting) is { } reads) _reads = new TokenBuckets(reads, clock);
        if (Rate.Read(configuration, ChangeSetting) is { } changes) _changes = new TokenBuckets(changes, clock);
    }

    /// <summary>Counts a request; its refusal where the account asks too fast.</summary>
    public CommandError? Count(string account, bool isRead) =>
        (isRead ? _reads : _changes)?.TryTake(account) is false ? Exceeded : null;
}
