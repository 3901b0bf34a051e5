namespace Ecs.Agent.Docker;

/// <summary>When images are pulled: the words of ECS's <c>ECS_IMAGE_PULL_BEHAVIOR</c>, and <c>never</c>.</summary>
public enum PullBehavior
{
    /// <summary><c>prefer-cached</c>: only where the machine has not got the image.</summary>
    PreferCached,

    /// <summary><c>default</c>: for every container; where it fails, what the machine has is used.</summary>
    Default,

    /// <summary><c>always</c>: for every container; where that fails, so does the task.</summary>
    Always,

    /// <summary><c>once</c>: unless this instance pulled it for a task before and has it still.</summary>
    Once,

    /// <summary><c>never</c>: only images that the machine has are run.</summary>
    Never,
}
