namespace Ecs.Rules.Accounts;

/// <summary>ECS's account settings, what they can be, and what they are where nobody has said.</summary>
internal static class SettingNames
{
    /// <summary>The one setting that nobody can change.</summary>
    public const string Managed = "guardDutyActivate";

    private static readonly string[] Truth = ["disabled", "enabled"];

    // The first is the usual one. ARNs are long here and cannot be otherwise.
    private static readonly SortedDictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["awsvpcTrunking"] = Truth,
        ["containerInsights"] = ["disabled", "enabled", "enhanced"],
        ["containerInstanceLongArnFormat"] = ["enabled"],
        ["defaultLogDriverMode"] = ["non-blocking", "blocking"],
        ["fargateEventWindows"] = Truth,
        ["fargateFIPSMode"] = Truth,
        ["fargateTaskRetirementWaitPeriod"] = ["7", "0", "14"],
        [Managed] = ["off"],
        ["serviceLongArnFormat"] = ["enabled"],
        ["tagResourceAuthorization"] = ["on", "off"],
        ["taskLongArnFormat"] = ["enabled"],
    };

    /// <summary>All names, in ordinal order.</summary>
    public static IReadOnlyCollection<string> All => Known.Keys;

    /// <summary>What a setting can be; null of what is none.</summary>
    public static IReadOnlyList<string>? Values(string? name) => Known.GetValueOrDefault(name ?? "");

    /// <summary>What a setting is where nobody has said.</summary>
    public static string Usual(string name) => Known[name][0];
}
