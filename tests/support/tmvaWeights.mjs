/** @param {string} pos  @param {number} res  @param {number} purity  @param {number} type */
const leaf = (pos, res, purity, type) =>
  `<Node pos="${pos}" depth="1" NCoef="0" IVar="-1" Cut="0" cType="1" res="${res}" rms="0" purity="${purity}" nType="${type}"/>`;

/**
 * @param {string} pos  @param {number} variable  @param {number} at  @param {number} type
 * @param {string} inner
 */
const cut = (pos, variable, at, type, inner) =>
  `<Node pos="${pos}" depth="0" NCoef="0" IVar="${variable}" Cut="${at}" cType="${type}" res="-99" rms="0" purity="0.5" nType="0">${inner}</Node>`;

/**
 * Weights of two trees as MethodBDT writes them.
 * @param {{ boost: string, yesNo?: boolean }} settings
 */
export function tmvaWeights({ boost, yesNo = true }) {
  const first = cut("s", 0, 0.5, 1, [
    leaf("l", 0.25, 0.75, 1),
    cut("r", 1, -1, 1, leaf("l", -0.5, 0.125, -1) + leaf("r", 1, 1, 1)),
  ].join("")); // prettier-ignore
  const second = cut("s", 1, 0, 0, leaf("l", 0.1, 0.25, -1) + leaf("r", 0.3, 0.875, 1));
  return `<?xml version="1.0"?>
<MethodSetup Method="BDT::BDTG">
  <GeneralInfo>
    <Info name="TMVA Release" value="4.2.1 [262657]"/>
    <Info name="AnalysisType" value="Classification"/>
  </GeneralInfo>
  <Options>
    <Option name="BoostType" modified="Yes">${boost}</Option>
    <Option name="UseYesNoLeaf" modified="No">${yesNo ? "True" : "False"}</Option>
  </Options>
  <Variables NVar="2">
    <Variable VarIndex="0" Expression="pt&lt;9" Label="pt" Title="pt" Unit="" Internal="pt" Type="F" Min="0" Max="1"/>
    <Variable VarIndex="1" Expression="abs(eta)" Label="eta" Title="eta" Unit="" Internal="eta" Type="F" Min="0" Max="1"/>
  </Variables>
  <Spectators NSpec="0"/>
  <Classes NClass="2"><Class Name="Signal" Index="0"/><Class Name="Background" Index="1"/></Classes>
  <Transformations NTransformations="0"/>
  <MVAPdfs/>
  <!-- trees -->
  <Weights NTrees="2" AnalysisType="${boost === "Grad" ? 1 : 0}">
    <BinaryTree type="DecisionTree" boostWeight="2" itree="0">${first}</BinaryTree>
    <BinaryTree type="DecisionTree" boostWeight="0.5" itree="1">${second}</BinaryTree>
  </Weights>
</MethodSetup>
`;
}
