using Ecs.Agent.Docker;
using Ecs.Hosting;

namespace Ecs.Agent;

/// <summary>When an Agent pulls images and when it removes them again: ECS's settings, with times in seconds.</summary>
public sealed record ImageSettings
{
    /// <summary>
    /// When images are pulled: <c>prefer-cached</c> (where nothing is said), <c>default</c>, <c>always</c>,
    /// <c>once</c> or <c>never</c>.
    /// </summary>
    public const string PullBehaviorName = "ECS_IMAGE_PULL_BEHAVIOR";

    /// <summary>
    /// Whether images stay for good; <c>false</c> where nothing is said, as in ECS, whose <c>prefer-cached</c> keeps
    /// them too where it is asked for by that word.
    /// </summary>
    public const string DisableCleanupName = "ECS_DISABLE_IMAGE_CLEANUP";

    /// <summary>The time from one round of removals to the next; half an hour as in ECS.</summary>
    public const string CleanupIntervalName = "ECS_IMAGE_CLEANUP_INTERVAL";

    /// <summary>How long an image that was pulled or used stays at the least; an hour as in ECS.</summary>
    public const string MinimumAgeName = "ECS_IMAGE_MINIMUM_CLEANUP_AGE";

    /// <summary>The most images that one round removes; 5 as in ECS.</summary>
    public const string PerRoundName = "ECS_NUM_IMAGES_DELETE_PER_CYCLE";

    /// <summary>When images are pulled.</summary>
    public PullBehavior Pulls { get; init; } = PullBehavior.PreferCached;

    /// <summary>Whether images that nobody uses are removed.</summary>
    public bool RemovesImages { get; init; } = true;

    /// <summary>The time from one round of removals to the next.</summary>
    public TimeSpan CleanupEvery { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an image that was pulled or used stays at the least.</summary>
    public TimeSpan MinimumAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most images that one round removes.</summary>
    public int PerRound { get; init; } = 5;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingException">One has a value that it cannot have.</exception>
    public static ImageSettings Read(IConfiguration configuration) => new()
    {
        Pulls = ReadBehavior(configuration[PullBehaviorName]),
        RemovesImages = configuration[DisableCleanupName] switch
        {
            null or "" => configuration[PullBehaviorName] is not "prefer-cached",
            "true" => false,
            "false" => true,
            _ => throw new SettingException(DisableCleanupName, "true or false"),
        },
        CleanupEvery = ReadTime(configuration, CleanupIntervalName) ?? TimeSpan.FromMinutes(30),
        MinimumAge = ReadTime(configuration, MinimumAgeName) ?? TimeSpan.FromHours(1),
        PerRound = AgentSettings.ReadNumber(configuration, PerRoundName, least: 1) ?? 5,
    };

    private static PullBehavior ReadBehavior(string? text) => text switch
    {
        null or "" or "prefer-cached" => PullBehavior.PreferCached,
        "default" => PullBehavior.Default,
        "always" => PullBehavior.Always,
        "once" => PullBehavior.Once,
        "never" => PullBehavior.Never,
        _ => throw new SettingException(PullBehaviorName, "one of default, always, once, prefer-cached, never"),
    };

    private static TimeSpan? ReadTime(IConfiguration configuration, string name) =>
        AgentSettings.ReadTime(configuration, name, least: 1, AgentSettings.MostCleanupSeconds);
}
